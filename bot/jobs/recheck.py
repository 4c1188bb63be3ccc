"""Whether and when to look again at an image that was pushed a moment ago.

The tag comes first: signatures and attestations of later steps of the same workflow follow. What is absent is missing
when `settle` is over, so that is when it is looked for once more; a signature's own push brings that forward. And a
registry that could not be read is tried again, later each time. Each look edits the same message.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from typing import Final

from msgspec import Struct

from bot.intake.job import CheckJob
from bot.jobs.timing import Timing
from bot.report import Report, Result
from bot.rules import Outcome, catalogue
from bot.unreadable import UnknownReason

MARGIN: Final = 1.0
"""Seconds after the end of `settle`: the look must not begin a moment before it."""


MEMBER_LOOKS_MAX: Final = 6
"""Looks for images of the release after `complete`, and for their signatures after `settle`."""

MEMBER_PAUSE: Final = 1800.0
"""Seconds between two of them."""


class Why(StrEnum):
    """What a later look is for; one of each waits for an image at a time."""

    SETTLED = "settled"  # what was absent at first must be there by then
    COMPLETE = "complete"  # so must the other images of the release
    UNREAD = "unread"  # what could not be read may be readable


class LaterLook(Struct, frozen=True):
    """A job that looks again, in `delay` seconds."""

    why: Why
    job: CheckJob
    delay: float


@cache
def absent_at_first() -> frozenset[str]:
    """The rules that fail by absence alone."""
    return frozenset(rule.id for rule in catalogue() if rule.absence)


def later_looks(
    report: Report, job: CheckJob, timing: Timing, *, settles_in: float, completes_in: float
) -> Iterator[LaterLook]:
    """The looks that are worth it: of signatures, only what the policy requires is waited for.

    `settles_in` is how many seconds the push still has to settle; 0 when it has, or when no push is known.
    `completes_in` is how many seconds the other images of its release still have to arrive.
    """
    if job.origin in {"command", "page"}:  # the push, if there was one, has a job of its own
        return
    again = _again(job)
    required = [result for result in report.results if result.required]
    if settles_in > 0 and any(_is_absent(result) for result in required):
        yield LaterLook(Why.SETTLED, again, settles_in + MARGIN)
    if _awaits(report.results, UnknownReason.AWAITING_MEMBER):
        yield from _for_members(again, completes_in)
    if job.look < len(timing.looks) and any(_is_unread(result) for result in required):
        more = again.model_copy(update={"look": job.look + 1})
        yield LaterLook(Why.UNREAD, more, timing.looks[job.look])


def late_looks(report: Report, job: CheckJob, settle: float) -> Iterator[LaterLook]:
    """The look at what is awaited although the push has settled: a signature came late, and its like may follow.

    `settle` is the policy's, in seconds.
    """
    is_awaited = _awaits((one for one in report.results if one.required), UnknownReason.AWAITING_SIGNATURE)
    if is_awaited and settle > 0 and job.look < MEMBER_LOOKS_MAX and job.origin not in {"command", "page"}:
        yield LaterLook(Why.SETTLED, _again(job, look=job.look + 1), settle + MARGIN)


def _again(job: CheckJob, **changes: object) -> CheckJob:
    return job.model_copy(
        update={"origin": "recheck", "user": "", "response_url": "", "has_evidence": False, **changes}
    )


def _for_members(again: CheckJob, completes_in: float) -> Iterator[LaterLook]:
    """At the end of `complete`; another registry that was pushed to later has a later end, so a few times more."""
    anew = again.model_copy(update={"is_anew": True})
    if completes_in > 0:
        yield LaterLook(Why.COMPLETE, anew, completes_in + MARGIN)
    elif again.look < MEMBER_LOOKS_MAX:
        yield LaterLook(Why.COMPLETE, anew.model_copy(update={"look": again.look + 1}), MEMBER_PAUSE)


def is_final(report: Report) -> bool:
    """Whether the same content, looked at again, can only lead to the same report, unless evidence arrives."""
    return not any(result.is_awaited or (result.required and _is_unread(result)) for result in report.results)


def _awaits(results: Iterable[Result], reason: UnknownReason) -> bool:
    return any(finding.reason == reason for result in results for finding in result.findings)


def _is_absent(result: Result) -> bool:
    return result.is_awaited or (result.rule in absent_at_first() and result.outcome in {Outcome.FAIL, Outcome.UNKNOWN})


def _is_unread(result: Result) -> bool:
    return result.outcome is Outcome.UNKNOWN and not result.is_awaited
