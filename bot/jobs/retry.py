"""What to do about a check that did not work: try again and when, or say that it cannot be done."""

import random
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from bot.errors import (
    NotFoundError,
    PostingError,
    ProvenanceBotError,
    RateLimitedError,
    StoreError,
    UnavailableError,
    UntrustworthyError,
)
from bot.intake.job import CheckJob
from bot.jobs.timing import RETRY_AFTER_MAX, Timing

_ANNOUNCED_RETRIES = 2
"""A tag that was announced a moment ago may take a while to be seen by everybody."""

_POSTING_RETRIES = 24
"""More for what was found out and only has to be told: at the last pause it outlasts a day without Slack."""

_LIMIT_RETRIES = 7
"""More for a registry that limits pulls and does not say until when: at the last pause they outlast six hours, which is
Docker Hub's window."""


class Again(Struct, frozen=True):
    """It is tried again, at that time."""

    at: datetime


class End(Struct, frozen=True):
    """It is not tried again. `given_up` when more attempts might have helped, and a dead letter has to be kept."""

    given_up: bool


def next_step(error: Exception, job: CheckJob, failures: int, timing: Timing) -> Again | End:
    """What comes after `failures` failures of a job, this one included."""
    retries = len(timing.again)
    match error:
        case NotFoundError() if job.is_push:
            retries = _ANNOUNCED_RETRIES
            given_up = False
        case StoreError(retry_after=None) | PostingError(retry_after=None):
            return End(given_up=True)
        case PostingError():
            retries += _POSTING_RETRIES
            given_up = True
        case RateLimitedError():
            retries += _LIMIT_RETRIES
            given_up = True
        case StoreError() | UnavailableError() | UntrustworthyError():
            given_up = True
        case ProvenanceBotError():
            return End(given_up=False)
        case _:
            given_up = True
    return End(given_up) if failures > retries else Again(_when(error, failures, timing))


def in_words(error: Exception, failures: int) -> str:
    """What was tried and what came of it; never an exception's text that is not ours, it may hold anything."""
    if isinstance(error, ProvenanceBotError):
        said = str(error)
    elif isinstance(error, TimeoutError):
        said = "the check took too long"
    else:
        said = f"an error of ours ({type(error).__name__}); the log says more"
    return said if failures == 1 else f"{said} ({failures} attempts)"


def _when(error: Exception, failures: int, timing: Timing) -> datetime:
    """Later with each failure; and when the other side says when, then."""
    now = datetime.now(UTC)
    ladder = timing.again[min(failures, len(timing.again)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - only to spread
    match error:
        case RateLimitedError(retry_at=datetime() as asked):
            return min(max(asked, now), now + timedelta(seconds=RETRY_AFTER_MAX))
        case StoreError(retry_after=float() as wait) | PostingError(retry_after=float() as wait):
            return now + timedelta(seconds=min(max(wait, ladder), RETRY_AFTER_MAX))
        case _:
            return now + timedelta(seconds=ladder)
