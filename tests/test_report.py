"""The report as a document: what is stored today is read, and so is what was stored before findings had codes."""

import pytest

from bot.report import CauseSummary, FindingSummary, Report, Result, Verdict
from bot.rules import Outcome, Severity
from bot.unreadable import UnknownReason
from tests.making import NOW

OLD = "none yet; the time that the policy gives signatures to arrive is not over"


def waiting(**finding: object) -> Report:
    """A report that one required rule cannot answer."""
    told = {"subject": "image", "message": "x", "outcome": "unknown"} | finding
    missing = Result(
        rule="signature-missing",
        outcome=Outcome.UNKNOWN,
        severity=Severity.HIGH,
        title="x",
        required=True,
        findings=(FindingSummary.model_validate(told),),
    )
    return Report(
        image="quay.io/acme/app:1",
        digest="sha256:x",
        checked_at=NOW,
        verdict=Verdict.UNKNOWN,
        policy="p",
        results=(missing,),
    )


def test_a_signature_is_awaited_by_the_code_whatever_the_sentence() -> None:
    assert waiting(reason=UnknownReason.AWAITING_SIGNATURE).is_waiting
    assert not waiting(reason=UnknownReason.UNREADABLE).is_waiting
    assert not waiting(reason=UnknownReason.UNREADABLE, message=OLD).is_waiting


def test_a_report_from_before_the_codes_says_it_in_its_sentence() -> None:
    assert waiting(message=OLD).is_waiting
    assert not waiting(message="timed out").is_waiting


@pytest.mark.parametrize("reason", [UnknownReason.GONE, "a-code-of-a-newer-version"])
def test_codes_come_back_from_the_store_even_new_ones(reason: str) -> None:
    report = Report.model_validate_json(waiting(reason=reason).model_dump_json())
    assert report.results[0].findings[0].reason == reason


def test_a_report_that_was_stored_with_an_earlier_name_of_a_key_is_read() -> None:
    stored = {"cause": "mode-not-explicit", "sureness": "likely", "because": "it says so", "mend": "Set the mode."}
    read = CauseSummary.model_validate(stored)
    assert read.fix == "Set the mode."
    assert "mend" not in read.model_dump(by_alias=True)
