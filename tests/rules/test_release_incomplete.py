"""An expected image that did not arrive in time; told with one image of the release."""

from datetime import date

from bot.check.names import ImageNames
from bot.context import Context, ReleaseFacts
from bot.rules import Outcome, SkippedReason
from bot.rules.release_incomplete import rule
from bot.unreadable import UnknownReason
from tests.making import image, is_silent, says
from tests.rules.earlier import REFUSED

NAME, WORKER = "acme/app 1.2.3", "quay.io/acme/worker:1.2.3"


def test_one_was_not_seen() -> None:
    release = ReleaseFacts(NAME, not_seen=(WORKER,))
    says(rule, image(), Outcome.FAIL, WORKER, about="image", release=release)


def test_one_is_still_awaited() -> None:
    awaited = says(rule, image(), Outcome.UNKNOWN, WORKER, about="image", release=ReleaseFacts(NAME, awaited=(WORKER,)))
    assert awaited.reason is UnknownReason.AWAITING_MEMBER


def test_one_could_not_be_looked_at() -> None:
    release = ReleaseFacts(NAME, unreadable=((WORKER, REFUSED),))
    says(rule, image(), Outcome.UNKNOWN, WORKER, "401", about="image", release=release)


def test_all_are_there() -> None:
    is_silent(rule, image(), release=ReleaseFacts(NAME))


def test_it_is_told_once() -> None:
    other = ReleaseFacts(NAME, is_lead=False, not_seen=(WORKER,))
    says(rule, image(), Outcome.SKIPPED, "another image", about="image", release=other)


def test_an_image_of_no_known_release() -> None:
    assert says(rule, image(), Outcome.SKIPPED, about="image").skipped is SkippedReason.NO_RELEASE


def test_what_is_to_be_pasted_names_the_image_that_is_missing() -> None:
    """Seen: a policy for the image that is there; and later one for that image, which makes no image arrive."""
    names = ImageNames(Context(image(), release=ReleaseFacts(NAME, not_seen=(WORKER,))), date(2026, 11, 29))
    assert rule.remediation is not None
    told = names.to_paste(rule.remediation.snippet)
    assert f"crane digest {WORKER}\n" in told
    assert "gh run rerun RUN_ID --failed\n" in told
    assert names.to_verify(rule.remediation.verify) == f"provenance check {WORKER}\n"
