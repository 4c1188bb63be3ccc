"""Required rules that need one which is only advised, or waived: what is there must be good, and unread is no pass."""

from datetime import date

import pytest

from bot.context import Expected
from bot.evidence import Evidence, Unreadable
from bot.policy import Policy, Waiver
from bot.render.display import Display
from bot.render.formats import render
from bot.report import Report, Verdict
from bot.report.since import since
from bot.rules import Outcome
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import SignatureState
from bot.values import replace
from tests.judging import judged, result
from tests.making import digest, image, platform, provenance, signature

UNREAD = Unreadable("503 Service Unavailable")
SOURCES = Expected(sources=(r"https://github\.com/acme/",))
IF_THERE = Policy(
    "good if it is there",
    require=frozenset({"provenance-source-unexpected", "provenance-mode-min", "sbom-empty"}),
    advise=frozenset({"provenance-missing", "provenance-source-missing", "sbom-missing"}),
    expected=SOURCES,
)
NOTHING = platform("linux/arm64", provenance=None, sbom=None, statements=(), attestation_manifests=())


def two(**arm64: object) -> Evidence:
    return image(platform(), replace(platform("linux/arm64"), **arm64))  # type: ignore[arg-type]


def under(evidence: Evidence) -> Report:
    return judged(evidence, IF_THERE)


def test_nothing_is_there_and_nothing_is_asked_for() -> None:
    assert under(image(NOTHING)).verdict is Verdict.WARN


@pytest.mark.parametrize("part", ["provenance", "sbom"])
def test_what_is_there_and_could_not_be_read_is_unknown(part: str) -> None:
    """It was a pass: the rule about absence was unknown, which was advice, and the required one was not asked."""
    assert under(two(**{part: UNREAD})).verdict is Verdict.UNKNOWN
    assert under(two()).verdict is Verdict.PASS


def test_one_platform_without_provenance_does_not_hide_that_another_ones_could_not_be_read() -> None:
    unread = replace(platform("linux/s390x"), provenance=UNREAD)
    report = under(image(NOTHING, unread))
    assert report.verdict is Verdict.UNKNOWN
    assert result(report, "provenance-source-unexpected").outcome is Outcome.UNKNOWN


def test_what_could_be_read_and_is_bad_fails() -> None:
    evil = provenance(source="https://github.com/evil/app")
    assert under(two(provenance=UNREAD)).verdict is Verdict.UNKNOWN
    found = replace(image(platform(provenance=evil)), unreadable=(UNREAD,))
    assert result(under(found), "provenance-source-unexpected").outcome is Outcome.FAIL


SOURCE = "provenance-source-unexpected"
EVIL = provenance(source="https://github.com/evil/app", revision="")


def test_a_stranger_s_source_is_seen_where_the_revision_is_missing_and_that_is_advice() -> None:
    report = under(image(platform(provenance=EVIL)))
    assert result(report, "provenance-source-missing").outcome is Outcome.FAIL
    assert result(report, "provenance-source-unexpected").outcome is Outcome.FAIL
    assert report.verdict is Verdict.FAIL


def test_a_waiver_of_one_rule_is_none_of_those_that_need_it() -> None:
    """What a waiver is about may fail; the critical rule behind it was not asked, and the image passed."""
    waiver = Waiver("provenance-source-missing", "built without Git", date(2030, 1, 1))
    policy = Policy("waived", frozenset({"provenance-source-unexpected"}), expected=SOURCES, waivers=(waiver,))
    ours = provenance(source="https://github.com/acme/app", revision="")
    assert judged(image(platform(provenance=EVIL)), policy).verdict is Verdict.FAIL
    assert judged(image(platform(provenance=ours)), policy).verdict is Verdict.PASS
    both = replace(policy, waivers=(waiver, replace(waiver, rule="provenance-source-unexpected")))
    assert judged(image(platform(provenance=EVIL)), both).verdict is Verdict.PASS


def test_a_stranger_s_source_of_one_platform_is_not_hidden_by_another_platform() -> None:
    """The rule was asked of the platform with a revision alone: unknown, or known since the release before."""
    stranger = replace(EVIL, revision="0" * 40)
    alone = under(two(provenance=EVIL))
    assert [one.subject for one in result(alone, SOURCE).findings] == ["linux/arm64"]
    found = image(platform(provenance=UNREAD), replace(platform("linux/arm64"), provenance=EVIL))
    assert result(under(found), SOURCE).outcome is Outcome.FAIL
    before = under(image(platform(provenance=stranger), platform("linux/arm64")))
    now = under(image(platform(provenance=stranger), replace(platform("linux/arm64"), provenance=EVIL)))
    assert since(now, before).verdict is Verdict.FAIL


def test_where_the_image_is_unknown_anyway_one_rule_says_why() -> None:
    policy = Policy("required", frozenset({"provenance-mode-min"}))
    report = judged(image(platform(provenance=UNREAD)), policy)
    assert [one.rule for one in report.unknown()] == ["provenance-missing"]


def signed(*states: SignatureState, **changes: object) -> Evidence:
    """Two platforms of which only the first bears signatures."""
    found = tuple(
        signature(digest=digest("linux/amd64"), state=state, code=SignatureReason.OTHER_DIGEST, reason="about another")
        for state in states
    )
    return replace(two(), signatures=found, **changes)  # type: ignore[arg-type]


def test_a_signature_that_is_not_valid_is_no_pass_where_other_places_could_not_be_searched() -> None:
    """By the built-in policy, which only advises that there is a signature. One good signature would be enough."""
    refused = SignatureState.INVALID
    assert judged(signed(refused)).verdict is Verdict.FAIL
    assert judged(signed(refused, signatures_unreadable=(UNREAD,))).verdict is Verdict.UNKNOWN
    assert judged(signed(signatures_unreadable=(UNREAD,))).verdict is Verdict.UNKNOWN


def test_a_pipeline_does_not_turn_green_while_nobody_knows_whether_what_is_required_is_there() -> None:
    """JUnit counted no error: the required rule was skipped, and that another one is unknown was advice."""
    policy = Policy("signed", frozenset({"attestation-unsigned"}), frozenset({"provenance-missing"}))
    report = judged(image(platform(provenance=UNREAD)), policy)
    assert report.verdict is Verdict.UNKNOWN
    assert ' errors="1"' in render("junit", [report], Display()).splitlines()[1]
