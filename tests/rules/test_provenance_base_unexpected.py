"""Base images against the policy's list."""

from bot.context import Expected
from bot.evidence import Unreadable
from bot.rules import Outcome
from bot.rules.provenance_base_unexpected import rule
from tests.making import image, is_silent, platform, provenance, says

LISTED = Expected(base_images=("^pkg:docker/alpine@", "^pkg:docker/golang@"))


def test_only_asked_when_the_policy_names_base_images() -> None:
    assert not rule.asked(Expected())
    assert rule.asked(LISTED)


def test_all_are_listed() -> None:
    is_silent(rule, image(), expected=LISTED)


def test_one_is_not() -> None:
    other = provenance(base_images=("pkg:docker/alpine@3.20", "pkg:docker/somebody/alpine@3.20"))
    says(rule, image(platform(provenance=other)), Outcome.FAIL, "somebody/alpine", expected=LISTED)


def test_unreadable() -> None:
    says(rule, image(platform(provenance=Unreadable("timed out"))), Outcome.UNKNOWN, expected=LISTED)
