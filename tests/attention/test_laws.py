"""When what people said falls, ends, and whom it covers."""

from datetime import date, timedelta

import pytest

from bot.attention import NONE, Acknowledgement, Attention, Failing, SnoozeFor, WaiverFlaw, WaiverScope, flaws
from bot.attention.mute import MUTE_MAX
from bot.attention.typed import typed
from bot.attention.waiver import DAYS_MAX
from bot.oci.reference import Reference
from bot.releases.expected import MEMBERS_MAX
from bot.report import Report, Verdict
from bot.rules import catalogue
from bot.store.attention.records import plain, read, text_of, validated
from tests.attention.saying import APP, AT, FAILING, TODAY, acknowledged, muted, proposed, revoked, snoozed, waiver
from tests.making import digest
from tests.reports import report

ANOTHER_DIGEST = Failing(frozenset({(APP, digest("two"), "sbom-missing")}))
ANOTHER_RULE = Failing(FAILING.found | {(APP, digest("one"), "signature-missing")})
ANOTHER_IMAGE = Failing(FAILING.found | {("quay.io/acme/cli:1.2.3", digest("x"), "sbom-missing")})


def test_what_fails_is_what_is_required() -> None:
    assert Failing.of([report(verdict=Verdict.FAIL), report(verdict=Verdict.WARN)]) == FAILING
    assert Failing.of([report()]) == NONE


@pytest.mark.parametrize("other", [ANOTHER_DIGEST, ANOTHER_RULE, ANOTHER_IMAGE, NONE])
def test_an_acknowledgement_falls_when_something_else_fails_or_nothing(other: Failing) -> None:
    assert acknowledged().holds(FAILING)
    assert not acknowledged().holds(other)


def test_an_acknowledgement_holds_while_less_fails() -> None:
    assert acknowledged(failing=ANOTHER_RULE).holds(FAILING)


def test_an_acknowledgement_of_a_release_with_thousands_of_failures_holds_while_they_are_fixed_one_by_one() -> None:
    rules = [rule.id for rule in catalogue()][:12]
    names = [f"quay.io/acme/app-{number:03}:1.2.3" for number in range(MEMBERS_MAX)]

    def failing(fixed: int) -> Failing:
        """The images with the first names are fixed first."""
        return Failing.of(all_failing(name, rules) for name in names[fixed:])

    said = acknowledged(failing=failing(0))
    assert len(said.failing.found) == MEMBERS_MAX * len(rules)
    assert said.holds(failing(0))
    assert said.holds(failing(100)), "nothing fails that did not fail before"
    other = Failing.of([all_failing("quay.io/acme/zzz:1.2.3", rules[:1])])
    assert not said.holds(Failing(failing(0).found | other.found)), "the last by name counts, too"
    assert read(Acknowledgement, text_of(said)) == said
    assert validated(Acknowledgement, plain(said)) == said, "it comes over into another store"


def all_failing(image: str, rules: list[str]) -> Report:
    made = report(image=image, verdict=Verdict.FAIL)
    (one,) = made.results
    return made.model_copy(update={"results": tuple(one.model_copy(update={"rule": rule}) for rule in rules)})


def test_a_snooze_ends_with_its_time_with_another_rule_and_with_the_next_release() -> None:
    rules = FAILING.rules
    assert snoozed().holds(AT + 3599, newest="1.2.3", failing=rules)
    assert not snoozed().holds(AT + 3600, newest="1.2.3", failing=rules)
    assert not snoozed().holds(AT, newest="1.2.3", failing=ANOTHER_RULE.rules)
    until_next = snoozed(newest="1.2.3")
    assert until_next.holds(AT, newest="1.2.3", failing=rules)
    assert until_next.holds(AT, newest="", failing=rules)
    assert not until_next.holds(AT, newest="1.2.4", failing=rules)


@pytest.mark.parametrize("for_", SnoozeFor)
def test_every_snooze_has_an_end_and_words(for_: SnoozeFor) -> None:
    assert 0 < for_.seconds <= 90 * 24 * 3600
    assert for_.words


def test_a_mute_ends_by_itself() -> None:
    assert muted().holds(AT + MUTE_MAX - 1)
    assert not muted().holds(AT + MUTE_MAX)


def test_a_revoked_secret_is_about_its_digests_alone() -> None:
    assert revoked().holds(ANOTHER_RULE), "another rule that fails does not bring the secret back"
    assert not revoked().holds(ANOTHER_DIGEST)
    assert not revoked().holds(ANOTHER_IMAGE)
    assert not revoked().holds(NONE)


def test_what_has_fallen_is_not_in_force() -> None:
    said = Attention(acknowledged(), snoozed(), muted(), revoked(), proposed())
    assert said.in_force(FAILING, AT) == said
    assert said.is_quiet
    fallen = said.in_force(ANOTHER_DIGEST, AT + MUTE_MAX)
    assert fallen == Attention(proposed=proposed())
    assert said.in_force(NONE, AT).proposed is None, "it has done its work"
    assert not fallen.is_quiet


@pytest.mark.parametrize(
    ("scope", "image", "content", "is_covered"),
    [
        (WaiverScope.DIGEST, APP, "one", True),
        (WaiverScope.DIGEST, "quay.io/acme/app:latest", "one", True),
        (WaiverScope.DIGEST, APP, "two", False),
        (WaiverScope.DIGEST, "docker.io/acme/app:1.2.3", "one", False),
        (WaiverScope.TAG, APP, "two", True),
        (WaiverScope.TAG, "quay.io/acme/app:1.2.4", "one", False),
        (WaiverScope.REPOSITORY, "quay.io/acme/app:9", "two", True),
        (WaiverScope.REPOSITORY, "quay.io/acme/app-cli:9", "one", False),
    ],
)
def test_whom_a_waiver_covers(scope: WaiverScope, image: str, content: str, *, is_covered: bool) -> None:
    assert waiver(scope=scope).covers(Reference.parse(image), digest(content)) is is_covered


def test_a_waiver_holds_through_its_last_day() -> None:
    one = waiver(last_day=TODAY)
    assert one.holds(AT)
    assert not one.holds(AT + 10 * 3600)  # 14:00 and ten hours
    assert not waiver(revoked_by="U0BOB", revoked_at=AT + 1).holds(AT + 1)


def test_no_record_makes_a_waiver_longer_than_the_law() -> None:
    for_ever = waiver(last_day=date(2099, 1, 1))
    assert for_ever.holds(AT + DAYS_MAX * 24 * 3600)
    assert not for_ever.holds(AT + (DAYS_MAX + 1) * 24 * 3600)


def test_why_a_waiver_is_refused() -> None:
    assert flaws(waiver(), TODAY) == ()
    assert flaws(waiver(last_day=TODAY + timedelta(days=DAYS_MAX)), TODAY) == ()
    cases = {
        WaiverFlaw.RULE_UNKNOWN: waiver(rule="no-such-rule"),
        WaiverFlaw.RULE_NOT_WAIVABLE: waiver(rule="document-ambiguous"),
        WaiverFlaw.REASON_TOO_SHORT: waiver(reason="  because  "),
        WaiverFlaw.REASON_TOO_LONG: waiver(reason="x" * 501),
        WaiverFlaw.DAY_PAST: waiver(last_day=TODAY - timedelta(days=1)),
        WaiverFlaw.DAY_TOO_FAR: waiver(last_day=TODAY + timedelta(days=DAYS_MAX + 1)),
        WaiverFlaw.NO_IMAGE: waiver(images=(("not an image", ""),)),
        WaiverFlaw.TOO_MANY_IMAGES: waiver(images=(("quay.io/acme/app:1", ""),) * 129),
    }
    assert {flaw: flaws(one, TODAY) for flaw, one in cases.items()} == {flaw: (flaw,) for flaw in WaiverFlaw}


@pytest.mark.parametrize(
    "reason",
    [
        "\u200b" * 20,
        "\u3164" * 20,
        "\U0001d159" * 20,
        "\u2800 " * 20,
        "a" + "\ufe0f" * 20,
        "see #1" + "\u00ad" * 20,
        "no\u00a0" + " \u2003" * 20,
    ],
)
def test_a_reason_counts_by_what_can_be_seen_of_it(reason: str) -> None:
    for text in (reason, typed(reason)):
        assert flaws(waiver(reason=text), TODAY) == (WaiverFlaw.REASON_TOO_SHORT,)


@pytest.mark.parametrize("reason", ["構築中の問題を追跡しています", "wait for 1", "कारण: निर्माण प्रणाली बदल रही है"])
def test_a_reason_may_be_in_any_language(reason: str) -> None:
    assert flaws(waiver(reason=typed(reason)), TODAY) == ()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  two\nlines\r\n and\tmore ", "two lines and more"),
        ("a\ud800b\u202ec\u200bd\x07e", "a\ufffdb\ufffdc\ufffdd\ufffde"),
        ("<!channel> `code` https://evil.example", "<!channel> `code` https://evil.example"),
        ("x" * 10_000, "x" * 501),
    ],
)
def test_a_typed_text_is_one_visible_paragraph(text: str, kept: str) -> None:
    assert typed(text) == kept
    typed(text).encode()
