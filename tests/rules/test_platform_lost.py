"""A platform that was there, or must be: under any of its spellings, and only when all platforms were seen."""

import pytest

from bot.context import Context, Expected
from bot.evidence import Evidence, Unreadable
from bot.evidence.platforms import NOT_NAMED
from bot.rules import Outcome, SkippedReason
from bot.rules.platform_lost import rule
from bot.unreadable import UnknownReason
from tests.making import image, is_silent, platform, says
from tests.rules.earlier import REFUSED, TWOFOLD, earlier

AMD64 = image(platform())
BOTH = Expected(platforms=("linux/amd64", "linux/arm64"))


def of(*names: str) -> Evidence:
    return earlier(*map(platform, names))


def test_it_was_there() -> None:
    says(rule, AMD64, Outcome.FAIL, "not in this image; 1.2.2 has it", about="linux/arm64", baseline=earlier())


def test_the_policy_names_it() -> None:
    says(rule, AMD64, Outcome.FAIL, "the policy names it", about="linux/arm64", expected=BOTH)
    says(rule, AMD64, Outcome.FAIL, "the policy names it", about="linux/arm64", expected=BOTH, baseline=earlier())
    is_silent(rule, image(), expected=BOTH)


def test_without_a_baseline_and_a_policy_it_is_not_asked() -> None:
    assert says(rule, AMD64, Outcome.SKIPPED, about="image").skipped is SkippedReason.NO_BASELINE
    nameless = Expected(platforms=(NOT_NAMED,))  # names no platform, so there is nothing to compare with
    found = says(rule, AMD64, Outcome.SKIPPED, about="image", expected=nameless)
    assert found.skipped is SkippedReason.NO_BASELINE


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("linux/arm64", "linux/arm64/v8"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/x86_64", "linux/amd64"),
        ("Linux/AMD64", "linux/amd64"),
        ("linux/amd64 sha256:0123456789ab", "linux/amd64"),
        ("windows/amd64 10.0.20348.2762", "windows/amd64 10.0.20348.2966"),
        ("windows/amd64", "windows/amd64 10.0.20348.2966"),
        ("windows/amd64 10.0.20348.2762", "windows/amd64"),
    ],
)
def test_another_spelling_is_the_same_platform(before: str, now: str) -> None:
    is_silent(rule, image(platform(now)), baseline=of(before))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("linux/arm/v6", "linux/arm/v7"),
        ("linux/amd64/v3", "linux/amd64"),
        ("linux/arm64", "linux/arm"),
        ("windows/amd64", "linux/amd64"),
        ("windows/amd64 10.0.17763.1", "windows/amd64 10.0.20348.1"),
    ],
)
def test_another_variant_is_another_platform(before: str, now: str) -> None:
    says(rule, image(platform(now)), Outcome.FAIL, about=before, baseline=of(before))


def test_one_of_two_versions_of_windows() -> None:
    """An index with one of them alone does not name its version."""
    two = of("windows/amd64 10.0.17763.1", "windows/amd64 10.0.20348.1")
    found = list(rule.findings(Context(image(platform("windows/amd64")), baseline=two)))
    assert [one.outcome for one in found] == [Outcome.FAIL]


def test_what_could_not_be_seen_is_not_missing() -> None:
    partly = image(platform(), unreadable=(REFUSED,))
    says(rule, partly, Outcome.UNKNOWN, "401", about="image", baseline=earlier())
    nameless = image(platform(), platform("platform not named"))
    says(rule, nameless, Outcome.UNKNOWN, about="platform not named", baseline=earlier())


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (REFUSED, UnknownReason.UNREADABLE),
        (earlier(unreadable=(REFUSED,)), UnknownReason.UNREADABLE),
        (of("linux/amd64", "platform not named"), UnknownReason.UNREADABLE),
        (earlier(ambiguous=TWOFOLD), UnknownReason.AMBIGUOUS),
    ],
)
def test_a_baseline_that_may_have_had_more(before: Evidence | Unreadable, reason: UnknownReason) -> None:
    assert says(rule, image(), Outcome.UNKNOWN, about="image", expected=BOTH, baseline=before).reason is reason


def test_more_platforms_than_before_are_no_loss() -> None:
    is_silent(rule, image(), baseline=of("linux/amd64"))
