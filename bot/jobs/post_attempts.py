"""One attempt to post, and what follows: it is over, it is tried again, or it waits for a person."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from docket.execution import Execution
from msgspec import Struct

from bot.errors import PostingError
from bot.intake.job import CheckJob
from bot.jobs.failures import FailureHandler
from bot.jobs.lanes import FAILURE, REPORT
from bot.jobs.parts import FailureNote, Progress
from bot.jobs.timing import Timing
from bot.slack.problems import UNDELIVERED
from bot.store.undelivered import Undelivered, UndeliveredPost

OTHERS_POST: Final = frozenset({"busy", "stale", "moving"})
"""Codes of a PostingError that says: another worker posts in that channel, or it is too early. It is not a failure,
and is not counted.
"""


class PostRun(Struct, frozen=True):
    """A job that runs. All posts of a release have one `key`; `run` tells those apart that run at the same time."""

    key: str
    run: str

    @classmethod
    def of(cls, execution: Execution) -> Self:
        """What docket says of it. A job that comes back since its worker died is the same run."""
        return cls(execution.key, f"{execution.key}#{execution.generation}")


class PostAttempts(Struct, frozen=True):
    """Makes them."""

    failures: FailureHandler
    timing: Timing
    progress: Progress
    undelivered: Undelivered

    async def make(
        self, job: CheckJob, run: PostRun, post: Callable[[], Awaitable[None]], note: FailureNote | None = None
    ) -> datetime | None:
        """When it is to be done again, if so. A `note` says whether there is a dead letter about that job already."""
        is_kept = note is not None and note.kept
        attempts = self.failures.attempts
        try:
            counts = await attempts.start(run.run)
            if counts.starts > self.timing.crashes:
                await self.failures.never_posted(job, run.run, counts, is_kept=is_kept)
                return None
            async with asyncio.timeout(self.timing.publish):
                await post()
        except PostingError as error:
            again = await self._later(error, job, run.key, note)
        except TimeoutError:
            why = f"posting took longer than {self.timing.publish:.0f} s"
            late = PostingError(why, retry_after=self.timing.quiet)
            again = await self.failures.not_posted(late, job, run.key, is_kept=is_kept)
        except Exception as error:  # noqa: BLE001 - whatever it is, the job must not be lost
            again = await self.failures.not_posted(error, job, run.key, is_kept=is_kept)
        else:
            again = None
            await attempts.forget(run.key)
            await self.progress("published")
        await attempts.forget(run.run)
        return again

    async def _later(self, error: PostingError, job: CheckJob, key: str, note: FailureNote | None) -> datetime | None:
        """When it is to be posted again. What a person must do something about first waits elsewhere."""
        if error.code == UNDELIVERED and await self.undelivered.keep(_undelivered(key, job, note)):
            await self.failures.attempts.forget(key)
            return None
        if error.code in OTHERS_POST:
            return datetime.now(UTC) + timedelta(seconds=error.retry_after or self.timing.lock_again)
        return await self.failures.not_posted(error, job, key, is_kept=note is not None and note.kept)


def _undelivered(key: str, job: CheckJob, note: FailureNote | None) -> UndeliveredPost:
    """The job as it was queued."""
    text = (note or job).model_dump_json()
    return UndeliveredPost(task=FAILURE if note else REPORT, name=key, text=text, where=job.channel)
