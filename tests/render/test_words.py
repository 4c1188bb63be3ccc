"""The words that several renderings share."""

from bot.policy import default_policy
from bot.render import evidence_words, finding_words, words
from bot.render.advice import Advice, advice_for
from bot.report import (
    BaselineSummary,
    CauseSummary,
    FindingSummary,
    RemediationSummary,
    Report,
    Result,
    SignatureSummary,
)
from bot.rules import Outcome, Severity
from tests.making import NOW, digest, image, platform, reported

ADVICE = RemediationSummary(text="advice", snippet="snippet", language="yaml", verify="verify\nprovenance check x")


def failed(*causes: CauseSummary) -> Result:
    return Result(
        rule="sbom-missing",
        outcome=Outcome.FAIL,
        severity=Severity.HIGH,
        title="No SBOM",
        causes=causes,
        remediation=ADVICE,
    )


def signed(*signatures: SignatureSummary) -> Report:
    return reported(image(), default_policy(), now=NOW).model_copy(update={"signatures": signatures})


def signature(state: str, identity: str = "", reason: str = "") -> SignatureSummary:
    return SignatureSummary(layout="bundle", digest=digest("index"), state=state, identity=identity, reason=reason)


def test_without_a_cause_the_rule_advises() -> None:
    assert advice_for(failed()) == Advice("advice", "snippet", "yaml", "verify\nprovenance check x")


def test_the_first_cause_with_something_to_do_is_the_cure() -> None:
    vague = CauseSummary(cause="vague", sureness="possible", because="it may be")
    known = CauseSummary(cause="known", sureness="likely", because="it is", fix="do it", snippet="paste", language="sh")
    assert advice_for(failed(vague, known)) == Advice("do it", "paste", "sh", "verify\nprovenance check x")


def test_what_is_said_of_two_platforms_is_said_once() -> None:
    findings = [FindingSummary(subject=name, message="none") for name in ("linux/amd64", "linux/arm64")]
    assert finding_words.grouped(findings) == (("linux/amd64, linux/arm64", "none"),)


def test_unknown_is_said_as_such() -> None:
    finding = FindingSummary(subject="linux/amd64", message="timed out", outcome=Outcome.UNKNOWN)
    assert finding_words.grouped([finding]) == (("linux/amd64", "could not be checked: timed out"),)


def test_only_what_was_verified_is_called_signed() -> None:
    assert evidence_words.signers(signed(signature("valid", "me"), signature("invalid"))) == "signed by me"
    assert "is not valid: wrong key" in evidence_words.signers(signed(signature("invalid", "me", "wrong key")))
    assert "could not be verified: no root" in evidence_words.signers(
        signed(signature("unverifiable", "me", "no root"))
    )
    assert evidence_words.signers(signed()) == "not signed"
    assert not evidence_words.signers(signed().model_copy(update={"search": None}))


def test_a_list_of_signers_ends() -> None:
    many = signed(*(signature("valid", f"signer {n}") for n in range(9)))
    assert evidence_words.signers(many) == "signed by signer 0, signer 1, signer 2 and 6 more"


def test_the_tally_counts_what_was_asked() -> None:
    report = reported(image(platform(sbom=None)), default_policy(), now=NOW)
    assert "1 failed" in words.tally(report)
    assert "policy default" in words.tally(report)


def test_no_capital_stands_after_a_semicolon() -> None:
    told = words.in_one_line(["The image is not signed", "The builder is unknown", "SBOM is empty", ""])
    assert told == "The image is not signed; the builder is unknown; SBOM is empty; "
    assert not words.in_one_line([])


def test_an_earlier_release_that_is_the_same_image_is_called_so() -> None:
    """A tag that was set to the image of the release before has lost nothing."""
    report = signed()
    other = BaselineSummary(image="quay.io/acme/app:1.2.2", digest=digest("other"), checked_at=NOW)
    same = other.model_copy(update={"digest": report.digest})
    assert (
        evidence_words.compared(report.model_copy(update={"baseline": other})) == "compared with quay.io/acme/app:1.2.2"
    )
    assert evidence_words.compared(report.model_copy(update={"baseline": same})).endswith(
        "1.2.2, which is the same image"
    )
