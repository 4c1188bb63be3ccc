"""What is judged of a thing that is not an image: its signature and its tag, never its provenance."""

import pytest

from bot.evidence import Artifact, ArtifactKind, Evidence, Unreadable
from bot.policy import Policy, default_policy
from bot.render.signed import Unsigned, unsigned
from bot.report import Verdict
from bot.report.audit import AuditRow, Held, WeakestMode, row_of
from bot.rules import Outcome, SkippedReason, catalogue
from bot.signatures.signature import SignatureState
from bot.unreadable import UnknownReason
from tests.judging import judged, result
from tests.making import image, signature

CHART = Artifact(ArtifactKind.HELM_CHART, "application/vnd.cncf.helm.config.v1+json")
STRICT = Policy(name="strict", require=default_policy().require | {"signature-missing"})
PROVENANCE_ONLY = Policy(name="provenance", require=frozenset({"provenance-missing", "sbom-missing"}))


def chart(*signatures: SignatureState, **changes: object) -> Evidence:
    """A chart that is signed in these ways."""
    found = tuple(signature(state) for state in signatures)
    said = {"platforms": (), "is_index": False, "artifact": CHART, "signatures": found}
    return image(**(said | changes))


@pytest.mark.parametrize("policy", [default_policy(), STRICT])
def test_a_signed_chart_passes(policy: Policy) -> None:
    assert judged(chart(SignatureState.VALID), policy).verdict is Verdict.PASS


@pytest.mark.parametrize(("policy", "verdict"), [(default_policy(), Verdict.WARN), (STRICT, Verdict.FAIL)])
def test_an_unsigned_chart_gets_the_verdict_of_an_unsigned_image(policy: Policy, verdict: Verdict) -> None:
    assert judged(chart(), policy).verdict is judged(image(signatures=()), policy).verdict is verdict


def test_a_chart_with_an_invalid_signature_fails() -> None:
    assert judged(chart(SignatureState.INVALID)).verdict is Verdict.FAIL


@pytest.mark.parametrize("policy", [default_policy(), STRICT])
@pytest.mark.parametrize(
    "changes",
    [
        {"signatures_unreadable": (Unreadable("no answer", UnknownReason.UNSEARCHED),)},
        {"signatures_searched": False},
        {"signatures": (signature(SignatureState.UNVERIFIABLE),)},
    ],
)
def test_a_chart_whose_signature_could_not_be_judged_is_unknown(policy: Policy, changes: dict[str, object]) -> None:
    """Also where a signature is only advised: nothing else of a chart is verified."""
    report = judged(chart(**changes), policy)
    assert (report.verdict, report.asks_nothing) == (Verdict.UNKNOWN, False)


def test_rules_about_images_are_not_asked_of_a_chart_and_say_so() -> None:
    report = judged(chart(SignatureState.VALID), STRICT)
    missing = result(report, "provenance-missing")
    assert (missing.outcome, missing.code) == (Outcome.SKIPPED, SkippedReason.NOT_AN_IMAGE)
    assert missing.reason == "it is a Helm chart and not an image"
    assert report.artifact is not None
    assert (report.artifact.kind, report.artifact.name) == ("helm-chart", "a Helm chart")
    about_images = {rule.id for rule in catalogue() if not rule.of_artifacts}
    assert not {one.rule for one in report.results if one.outcome is not Outcome.SKIPPED} & about_images


def test_nothing_was_verified_of_a_chart_whose_signature_nobody_asks_for() -> None:
    """A pass would say that something was."""
    report = judged(chart(SignatureState.VALID), PROVENANCE_ONLY)
    assert (report.verdict, report.asks_nothing) == (Verdict.UNKNOWN, True)
    (finding,) = result(report, "signature-missing").findings
    assert finding.reason == UnknownReason.NOT_ASKED


def test_that_nobody_asks_is_not_that_it_could_not_be_checked() -> None:
    said = [unsigned(judged(one, PROVENANCE_ONLY)) for one in (chart(), chart(signatures_searched=False))]
    assert said == [Unsigned.NOBODY, Unsigned.NOT_ASKED]


def test_a_policy_that_asks_no_provenance_leaves_nothing_out() -> None:
    """As for an image: what is required is all that there is to verify."""
    tags = Policy(name="tags", require=frozenset({"tag-moved"}))
    assert judged(chart(), tags).verdict is judged(image(), tags).verdict


@pytest.mark.parametrize("policy", [default_policy(), STRICT])
def test_a_chart_of_which_something_is_asked_says_so(policy: Policy) -> None:
    assert not judged(chart(), policy).asks_nothing
    assert not judged(chart(signatures_searched=False), policy).asks_nothing


def test_a_thing_that_may_be_an_image_is_not_excused() -> None:
    assert judged(chart(SignatureState.VALID, artifact=None)).verdict is Verdict.UNKNOWN


def test_an_audit_asks_no_provenance_of_a_chart() -> None:
    row = row_of(judged(chart(SignatureState.VALID)), AuditRow(repository="quay.io/acme/app", tag="1.2.3"))
    assert (row.mode, row.sbom, row.signature) == (WeakestMode.NOT_ASKED, Held.NOT_ASKED, Held.YES)
