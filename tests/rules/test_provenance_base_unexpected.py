"""Base images against the policy's list."""

import pytest

from bot.attestations.provenance import Mode
from bot.context import Expected
from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.provenance_base_unexpected import rule
from tests.making import image, is_silent, platform, provenance, says

LISTED = Expected(base_images=("pkg:docker/alpine@.+", "^pkg:docker/golang@.+"))


def test_only_asked_when_the_policy_names_base_images() -> None:
    assert not rule.asked(Expected())
    assert rule.asked(LISTED)


def test_all_are_listed() -> None:
    is_silent(rule, image(), expected=LISTED)


def test_one_is_not() -> None:
    other = provenance(base_images=("pkg:docker/alpine@3.20", "pkg:docker/somebody/alpine@3.20"))
    says(rule, image(platform(provenance=other)), Outcome.FAIL, "somebody/alpine", expected=LISTED)


@pytest.mark.parametrize(
    ("pattern", "base"),
    [
        (r"pkg:docker/acme/base", "pkg:docker/acme/base-of-a-stranger@1"),
        (r"docker/alpine@.+", "pkg:docker/evil.example/docker/alpine@3.20"),
        (r"pkg:docker/alpine@3\.20", "pkg:docker/alpine@3.20-changed?platform=linux%2Famd64"),
    ],
)
def test_a_pattern_is_for_all_of_the_name(pattern: str, base: str) -> None:
    listed = Expected(base_images=(pattern,))
    says(rule, image(platform(provenance=provenance(base_images=(base,)))), Outcome.FAIL, base[:20], expected=listed)


def test_a_pattern_that_ends_in_a_slash_is_for_everything_below() -> None:
    below = image(platform(provenance=provenance(base_images=("pkg:docker/acme/base@1",))))
    is_silent(rule, below, expected=Expected(base_images=("pkg:docker/acme/",)))


def test_a_base_image_that_one_of_two_statements_leaves_out() -> None:
    """The first of two in max mode decided, and anybody can put one before the other."""
    bare, whole = provenance(base_images=()), provenance(base_images=("pkg:docker/evil@1",))
    twice = image(platform(provenance=bare, provenances=(bare, whole)))
    says(rule, twice, Outcome.FAIL, "evil", expected=LISTED)
    step = provenance(Mode.FOREIGN, build_type="https://ci.example/build", base_images=("pkg:docker/acme/step@1",))
    is_silent(rule, image(platform(provenance=bare, provenances=(bare, step))), expected=LISTED)


def test_unreadable() -> None:
    says(rule, image(platform(provenance=Unreadable("timed out"))), Outcome.UNKNOWN, expected=LISTED)
