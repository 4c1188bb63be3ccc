"""Only what got worse counts, and what must not be excused is not."""

import pytest

from bot.attestations.provenance import Mode
from bot.check import unchecked
from bot.context import Expected, ExpectedIdentity
from bot.errors import UnavailableError
from bot.evidence import Unreadable
from bot.oci.reference import Reference
from bot.policy import Policy
from bot.render.display import Display
from bot.render.formats import render
from bot.report import FindingSummary, Report, Result, Verdict
from bot.report.since import since
from bot.rules import Outcome, Severity
from bot.unreadable import UnknownReason
from tests.judging import judged
from tests.making import ISSUER, WORKFLOW, image, platform, provenance
from tests.reports import START, report


def failing(rule: str, *messages: str, outcome: Outcome = Outcome.FAIL, severity: Severity = Severity.HIGH) -> Report:
    found = tuple(FindingSummary(subject="image", message=message, outcome=outcome) for message in messages)
    result = Result(rule=rule, outcome=outcome, severity=severity, title=rule, required=True, findings=found)
    verdict = Verdict.FAIL if outcome is Outcome.FAIL else Verdict.UNKNOWN
    return report(verdict=verdict).model_copy(update={"results": (result,)})


def test_what_failed_before_is_advice_and_no_pass() -> None:
    assert since(failing("sbom-missing", "none"), failing("sbom-missing", "none")).verdict is Verdict.WARN


def test_a_document_that_can_be_read_in_two_ways_is_not_excused_by_an_earlier_one() -> None:
    twofold = failing("document-ambiguous", "the key 'Layers' occurs")
    assert since(twofold, twofold).verdict is Verdict.FAIL


def test_a_second_secret_is_not_excused_by_the_first() -> None:
    rule = "provenance-secret-exposed"
    first, both = failing(rule, "ENV TOKEN"), failing(rule, "ENV TOKEN", "ENV PASSWORD")
    assert since(both, first).verdict is Verdict.FAIL
    assert since(first, both).verdict is Verdict.WARN


def test_what_failed_mildly_does_not_excuse_what_fails_badly() -> None:
    """A statement without subjects is low, one about another image is critical."""
    rule = "attestation-subject-mismatch"
    mild = failing(rule, "an empty subject list", severity=Severity.LOW)
    forged = failing(rule, "about another image", severity=Severity.CRITICAL)
    assert since(forged, mild).verdict is Verdict.FAIL
    assert since(mild, forged).verdict is Verdict.WARN


@pytest.mark.parametrize("then", [Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PASS, Outcome.SKIPPED])
def test_a_baseline_of_which_nothing_is_known_excuses_nothing(then: Outcome) -> None:
    assert since(failing("sbom-missing", "none"), failing("sbom-missing", "?", outcome=then)).verdict is Verdict.FAIL


def test_an_image_that_was_not_looked_at_does_not_pass_where_everything_is_only_advised() -> None:
    image = Reference.parse("quay.io/acme/app:1")
    policy = Policy(name="advice", require=frozenset(), advise=frozenset({"sbom-missing"}))
    unread = unchecked(image, UnavailableError("quay.io does not answer", host="quay.io"), policy, now=START)
    assert since(unread, failing("sbom-missing", "none")).verdict is Verdict.UNKNOWN
    assert ' errors="0"' not in render("junit", [unread], Display()).splitlines()[1], "else the pipeline is green"


def test_what_is_unknown_stays_so() -> None:
    unknown = failing("sbom-missing", "?", outcome=Outcome.UNKNOWN)
    assert since(unknown, failing("sbom-missing", "none")).verdict is Verdict.UNKNOWN


def result(rule: str, outcome: Outcome, *findings: FindingSummary, required: bool = True) -> Result:
    return Result(rule=rule, outcome=outcome, severity=Severity.HIGH, title=rule, required=required, findings=findings)


def finding(subject: str, outcome: Outcome) -> FindingSummary:
    return FindingSummary(subject=subject, message="said", outcome=outcome)


def failed(*results: Result) -> Report:
    return report(verdict=Verdict.FAIL).model_copy(update={"results": results})


def test_what_failed_for_one_platform_does_not_hide_that_another_one_is_unknown() -> None:
    lacks = finding("linux/amd64", Outcome.FAIL)
    both = result("sbom-missing", Outcome.FAIL, lacks, finding("linux/arm64", Outcome.UNKNOWN))
    found = since(failed(both), failed(result("sbom-missing", Outcome.FAIL, lacks)))
    assert found.verdict is Verdict.UNKNOWN
    assert [one.rule for one in found.unknown() if one.required] == ["sbom-missing"]


def test_what_failed_before_does_not_hide_that_nobody_could_look_for_the_required_signer() -> None:
    lacks = platform(provenance=provenance(Mode.MIN))
    expected = Expected(identities=(ExpectedIdentity(ISSUER, WORKFLOW),))
    policy = Policy(
        "a signer",
        require=frozenset({"provenance-mode-min", "signature-identity-unexpected"}),
        advise=frozenset({"signature-missing"}),
        expected=expected,
    )
    before = judged(image(lacks), policy)
    unseen = (Unreadable("503 Service Unavailable", UnknownReason.UNSEARCHED),)
    now = judged(image(lacks, signatures=(), code_host_unreadable=unseen), policy)
    assert (before.verdict, now.verdict) == (Verdict.FAIL, Verdict.FAIL)
    assert since(now, before).verdict is Verdict.UNKNOWN
    assert since(judged(image(lacks, signatures=()), policy), before).verdict is Verdict.WARN
