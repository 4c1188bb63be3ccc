"""A tag of a release stands for another digest than at first."""

from bot.context import Expected, ReleaseFacts
from bot.oci.reference import Reference
from bot.rules import Outcome, SkippedReason
from bot.rules.tag_moved import rule
from tests.making import digest, image, is_silent, says
from tests.rules.earlier import REFUSED

BEFORE, NOW = digest("before"), digest("index")


def test_it_moved() -> None:
    says(rule, image(), Outcome.FAIL, BEFORE, NOW, about="image", moved_from=BEFORE)


def test_it_did_not() -> None:
    is_silent(rule, image(), moved_from=NOW)


def test_nobody_knows_what_it_stood_for() -> None:
    assert says(rule, image(), Outcome.SKIPPED, about="image").skipped is SkippedReason.NOT_SEEN_BEFORE
    says(rule, image(), Outcome.UNKNOWN, "could not be looked up", "401", about="image", moved_from=REFUSED)


def test_a_tag_that_moves_by_design_may_do_so() -> None:
    nightly = ReleaseFacts("acme/app nightly", is_rolling=True)
    moved = says(rule, image(), Outcome.SKIPPED, about="image", release=nightly, moved_from=BEFORE)
    assert moved.skipped is SkippedReason.ROLLING_TAG
    by_policy = Expected(is_rolling=True)
    says(rule, image(), Outcome.SKIPPED, "by design", about="image", moved_from=BEFORE, expected=by_policy)
    named = Expected(is_release=True)
    says(rule, image(), Outcome.FAIL, about="image", release=nightly, moved_from=BEFORE, expected=named)


def test_a_digest_cannot_move() -> None:
    by_digest = image(image=Reference.parse(f"quay.io/acme/app@{NOW}"))
    says(rule, by_digest, Outcome.SKIPPED, "by digest", about="image", moved_from=BEFORE)
