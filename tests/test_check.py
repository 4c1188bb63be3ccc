"""The law: what becomes of a rule, and what becomes of an image."""

from datetime import date

import pytest

from bot.attestations.provenance import Mode
from bot.context import Expected
from bot.evidence import Unreadable
from bot.policy import Policy, Waiver, default_policy
from bot.report import Verdict
from bot.rules import Outcome, Severity, catalogue
from bot.signatures.signature import SignatureState
from bot.values import replace
from tests.judging import judged, made, requiring, result, said
from tests.making import NOW, image, platform, provenance, reported, sbom, signature, statement

ASKS_NOTHING = Policy(name="nothing", require=frozenset())


def test_all_is_well() -> None:
    report = judged(image())
    assert report.verdict is Verdict.PASS
    assert {each.outcome for each in report.results} <= {Outcome.PASS, Outcome.SKIPPED}
    assert report.image == "quay.io/acme/app:1.2.3"
    assert report.checked_at == NOW


def test_every_rule_of_the_catalogue_has_one_entry() -> None:
    for policy in (default_policy(), ASKS_NOTHING):
        assert [each.rule for each in judged(image(), policy).results] == [rule.id for rule in catalogue()]


def test_whoever_requires_a_signature_requires_that_it_is_valid() -> None:
    forged = image(signatures=(signature(SignatureState.INVALID),))
    policy = Policy("signed", require=frozenset({"signature-missing"}))
    assert judged(image(), policy).verdict is Verdict.PASS
    assert judged(forged, policy).verdict is Verdict.FAIL
    assert judged(forged, replace(policy, advise=frozenset({"signature-invalid"}))).verdict is Verdict.WARN


def test_a_signature_that_nobody_could_verify_makes_no_image_pass() -> None:
    """Anybody can attach one; without it, the image is warned of."""
    assert judged(image(signatures=())).verdict is Verdict.WARN
    report = judged(image(signatures=(signature(SignatureState.UNVERIFIABLE),)))
    assert report.verdict is Verdict.UNKNOWN
    assert result(report, "signature-invalid").findings[0].reason == "unverifiable"
    both = image(signatures=(signature(SignatureState.UNVERIFIABLE), signature()))
    assert judged(both).verdict is Verdict.PASS


def test_an_image_whose_signatures_could_not_be_looked_at_does_not_pass() -> None:
    """A bad one fails and none is warned of; a registry that does not answer in time must not turn that into a pass."""
    hung = Unreadable("the registry did not answer in time")
    report = judged(image(signatures=(), signatures_unreadable=(hung,)))
    assert report.verdict is Verdict.UNKNOWN
    assert result(report, "signature-invalid").findings[0].reason == "unreadable"


def test_an_image_with_a_place_that_could_not_be_searched_does_not_pass_whatever_else_is_known() -> None:
    """Provenance in min mode may be there, or one that names another source, beside that which was read."""
    hung = Unreadable("the registry did not answer in time")
    report = judged(image(signatures_unreadable=(hung,)))
    assert report.verdict is Verdict.UNKNOWN
    assert result(report, "signature-invalid").outcome is Outcome.PASS
    assert "what else is said about its build" in result(report, "provenance-mode-min").findings[0].message
    advised = replace(default_policy(), require=default_policy().require - {"signature-invalid"})
    assert judged(image(signatures=(), signatures_unreadable=(hung,)), advised).verdict is Verdict.UNKNOWN


def test_the_built_in_policy_knows_only_rules_that_exist() -> None:
    known = {rule.id for rule in catalogue()}
    policy = default_policy()
    assert policy.require <= known
    assert policy.advise <= known
    assert not policy.require & policy.advise


@pytest.mark.parametrize(
    ("outcome", "required", "verdict"),
    [
        (Outcome.FAIL, True, Verdict.FAIL),
        (Outcome.UNKNOWN, True, Verdict.UNKNOWN),
        (Outcome.FAIL, False, Verdict.WARN),
        (Outcome.UNKNOWN, False, Verdict.PASS),
    ],
)
def test_the_law_of_the_verdict(outcome: Outcome, required: bool, verdict: Verdict) -> None:  # noqa: FBT001 - a table
    rule = made("a_rule", said(outcome))
    ids = frozenset({rule.id})
    policy = Policy("test", require=ids) if required else Policy("test", require=frozenset(), advise=ids)
    assert reported(image(), policy, now=NOW, rules=[rule]).verdict is verdict


@pytest.mark.parametrize(
    ("outcome", "absence", "asked", "verdict"),
    [
        (Outcome.UNKNOWN, True, True, Verdict.UNKNOWN),
        (Outcome.UNKNOWN, True, False, Verdict.PASS),  # the policy names no signer
        (Outcome.UNKNOWN, False, True, Verdict.PASS),  # "what is there must be good" asks for nothing to be there
        (Outcome.FAIL, True, True, Verdict.WARN),
    ],
)
def test_what_must_be_there_is_unknown_while_the_advice_that_it_needs_is(
    outcome: Outcome,
    absence: bool,  # noqa: FBT001 - a table
    asked: bool,  # noqa: FBT001
    verdict: Verdict,
) -> None:
    """A signer is required, and that there is a signature at all is advice: garbage beside the image is no way in."""
    first, second = made("a_rule", said(outcome)), made("b_rule", needs=frozenset({"a-rule"}))
    last = made("c_rule", needs=frozenset({"b-rule"}))
    last.absence, last.asked = absence, lambda _: asked
    policy = Policy("test", require=frozenset({"c-rule"}), advise=frozenset({"a-rule"}))
    assert reported(image(), policy, now=NOW, rules=[first, second, last]).verdict is verdict


def test_a_failure_counts_more_than_what_is_unknown() -> None:
    rule = made("a_rule", said(Outcome.UNKNOWN), said(Outcome.FAIL, "linux/arm64"))
    report = reported(image(), requiring(rule), now=NOW, rules=[rule])
    assert report.results[0].outcome is Outcome.FAIL
    assert [finding.outcome for finding in report.results[0].findings] == [Outcome.FAIL, Outcome.UNKNOWN]


def test_a_failure_that_the_rule_calls_mild_is_advice() -> None:
    rule = made("a_rule", said(Outcome.FAIL, severity=Severity.LOW), severity=Severity.CRITICAL)
    report = reported(image(), requiring(rule), now=NOW, rules=[rule])
    assert report.verdict is Verdict.WARN
    assert report.results[0].severity is Severity.LOW
    assert not report.results[0].required


def test_a_mild_failure_does_not_hide_that_the_rest_is_unknown() -> None:
    mild = said(Outcome.FAIL, severity=Severity.LOW)
    rule = made("a_rule", mild, said(Outcome.UNKNOWN, "linux/arm64"), severity=Severity.CRITICAL)
    assert reported(image(), requiring(rule), now=NOW, rules=[rule]).verdict is Verdict.UNKNOWN


def test_a_statement_without_subjects_warns() -> None:
    empty = statement(subject_matches=None, subjects=())
    report = judged(image(platform(statements=(empty,))))
    assert report.verdict is Verdict.WARN
    assert result(report, "attestation-subject-mismatch").severity is Severity.LOW


def test_no_provenance_does_not_fail_three_times() -> None:
    report = judged(image(platform(provenance=None, statements=()), platform("linux/arm64", provenance=None)))
    assert result(report, "provenance-missing").outcome is Outcome.FAIL
    for rule in ("provenance-mode-min", "provenance-builder-unknown"):
        assert result(report, rule).outcome is Outcome.SKIPPED
        assert "provenance-missing" in result(report, rule).reason


def test_the_platform_that_has_provenance_is_still_judged() -> None:
    report = judged(image(platform(provenance=provenance(Mode.MIN)), platform("linux/arm64", provenance=None)))
    mode = result(report, "provenance-mode-min")
    assert mode.outcome is Outcome.FAIL
    assert [finding.subject for finding in mode.findings] == ["linux/amd64"]
    assert "linux/arm64" in mode.reason


def test_half_an_index_never_passes() -> None:
    report = judged(image(platform(), platform("linux/arm64", provenance=None)))
    mode = result(report, "provenance-mode-min")
    assert mode.outcome is Outcome.SKIPPED
    assert "linux/arm64" in mode.reason


def test_half_an_index_is_judged_down_the_whole_chain_of_needs() -> None:
    amd64 = platform(sbom=sbom(os_packages=0))
    report = judged(image(amd64, platform("linux/arm64", sbom=None)))
    assert result(report, "sbom-empty").outcome is Outcome.SKIPPED
    assert result(report, "sbom-no-os-packages").outcome is Outcome.FAIL


def test_a_rule_whose_need_is_unknown_is_skipped() -> None:
    report = judged(image(platform(sbom=Unreadable("timed out"))))
    assert result(report, "sbom-missing").outcome is Outcome.UNKNOWN
    assert result(report, "sbom-empty").outcome is Outcome.SKIPPED
    assert report.verdict is Verdict.UNKNOWN


def test_who_requires_a_rule_requires_what_it_needs() -> None:
    only_mode = Policy("test", require=frozenset({"provenance-mode-min"}))
    report = judged(image(platform(provenance=None)), only_mode)
    assert report.verdict is Verdict.FAIL
    assert result(report, "provenance-missing").required


def test_a_rule_that_the_policy_does_not_name_is_not_asked() -> None:
    report = judged(image(platform(provenance=None)), ASKS_NOTHING)
    assert report.verdict is Verdict.PASS
    assert "does not ask" in result(report, "provenance-missing").reason


def test_a_rule_that_the_policy_says_too_little_for() -> None:
    assert result(judged(image()), "provenance-base-unexpected").reason == "the policy names no base images"
    strict = replace(default_policy(), expected=Expected(base_images=("^pkg:docker/alpine@",)))
    assert result(judged(image(), strict), "provenance-base-unexpected").outcome is Outcome.FAIL


def test_min_and_max_are_not_asked_of_another_builder() -> None:
    foreign = provenance(Mode.FOREIGN, build_type="https://example.org/build")
    report = judged(image(platform(provenance=foreign)))
    assert result(report, "provenance-mode-min").outcome is Outcome.SKIPPED
    assert "example.org" in result(report, "provenance-mode-min").reason
    assert report.verdict is Verdict.PASS


def test_a_waived_failure_does_not_fail_the_image() -> None:
    waiver = Waiver("sbom-missing", "buildpacks, tracked in #7", date(2026, 11, 22))
    policy = replace(default_policy(), waivers=(waiver,))
    report = judged(image(platform(sbom=None)), policy)
    waived = result(report, "sbom-missing")
    assert waived.outcome is Outcome.WAIVED
    assert waived.findings
    assert waived.waiver is not None
    assert waived.waiver.until == "2026-11-22"
    assert result(report, "sbom-empty").outcome is Outcome.SKIPPED
    assert report.verdict is Verdict.PASS


def test_a_waiver_ends_with_its_day() -> None:
    policy = replace(default_policy(), waivers=(Waiver("sbom-missing", "for a while", date(2026, 11, 21)),))
    report = judged(image(platform(sbom=None)), policy)
    assert result(report, "sbom-missing").outcome is Outcome.FAIL
    assert any("2026-11-21" in note and "for a while" in note for note in report.notes)


def test_a_waiver_does_not_cover_what_nobody_knows() -> None:
    policy = replace(default_policy(), waivers=(Waiver("sbom-missing", "for a while", date(2027, 1, 1)),))
    report = judged(image(platform(sbom=Unreadable("timed out"))), policy)
    assert result(report, "sbom-missing").outcome is Outcome.UNKNOWN


def test_a_policy_changes_severities() -> None:
    policy = replace(default_policy(), severities={"sbom-missing": Severity.INFO})
    assert result(judged(image(platform(sbom=None)), policy), "sbom-missing").severity is Severity.INFO
