"""After a check that did not work: try again later, or say that it cannot be done, and what was tried."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from msgspec import Struct

from bot.errors import NotFoundError, ProvenanceBotError
from bot.intake.job import CheckJob
from bot.jobs.parts import FailureNote, Posts
from bot.jobs.retry import Again, End, in_words, next_step
from bot.jobs.timing import Timing
from bot.metrics.program import CHECK_FAILURES
from bot.store.attempts import AttemptCounts, Attempts
from bot.store.dead_letters import DeadLetter, DeadLetters

log = structlog.get_logger(__name__)

UNREADABLE = "the job cannot be read; it was queued by another version of this program, or by somebody else"


class FailureHandler(Struct, frozen=True):
    """Decides and tells. Raises StoreError when the store is unavailable; the queue brings the job back then."""

    attempts: Attempts
    dead: DeadLetters
    posts: Posts
    timing: Timing
    clock: Callable[[], Awaitable[float]]  # the store's, in seconds since the epoch

    async def failed(self, error: Exception, job: CheckJob, key: str) -> datetime | None:
        """After a check: when to try again, or None when this was the end of it."""
        counts, why, step = await self._count(error, job, key)
        if isinstance(step, Again):
            if self._is_to_be_told(job, step.at):
                await self._tell(job, why, retry_at=step.at)
            return step.at
        if step.given_up:
            await self.bury(job.model_dump_json(), job.image, why, counts.starts)
        gone = isinstance(error, NotFoundError) and not error.wordless
        await self._tell(job, why, final=True, kept=step.given_up, gone=gone)
        await self.attempts.forget(key)
        return None

    async def not_posted(self, error: Exception, job: CheckJob, key: str, *, is_kept: bool) -> datetime | None:
        """The same after a post; at the end of it nobody is left to be told, so it is kept, unless it is already."""
        together = self.timing.again[0] / 2  # a retry comes later than that: these are other posts of the release
        counts, why, step = await self._count(error, job, key, together=together)
        if isinstance(step, Again):
            return step.at
        if not is_kept:
            await self.bury(job.model_dump_json(), job.image, why, counts.failures)
        await self.attempts.forget(key)
        return None

    async def never_ends(self, job: CheckJob, key: str, counts: AttemptCounts) -> None:
        """A check took several workers down with it, or so it seems."""
        why = _never_ended(counts)
        await self.bury(job.model_dump_json(), job.image, why, counts.starts)
        await self._tell(job, why, final=True, kept=True)
        await self.attempts.forget(key)

    async def never_posted(self, job: CheckJob, key: str, counts: AttemptCounts, *, is_kept: bool) -> None:
        """The same of a post. `key` is that of the run."""
        if not is_kept:
            await self.bury(job.model_dump_json(), job.image, _never_ended(counts), counts.starts)
        await self.attempts.forget(key)

    async def bury(self, text: str, image: str, why: str, starts: int) -> None:
        """Keep a dead letter."""
        log.error("job given up", image=image, why=why, starts=starts)
        await self.dead.add(DeadLetter(job=text, image=image, why=why, starts=starts, at=datetime.now(UTC)))

    def _is_to_be_told(self, job: CheckJob, at: datetime) -> bool:
        """People who asked hear of every failure; a push that is looked at again in a moment is not worth a word."""
        return job.is_asked or at - datetime.now(UTC) > timedelta(seconds=self.timing.quiet)

    async def _count(
        self, error: Exception, job: CheckJob, key: str, *, together: float = 0.0
    ) -> tuple[AttemptCounts, str, Again | End]:
        CHECK_FAILURES.add(type(error).__name__)
        counts = await self.attempts.fail(key, together=together)
        log.warning("job failed", image=job.image, failures=counts.failures, exc_info=_trace(error), why=str(error))
        return counts, in_words(error, counts.failures), next_step(error, job, counts.failures, self.timing)

    async def _tell(  # noqa: PLR0913 - what a note has
        self,
        job: CheckJob,
        why: str,
        *,
        retry_at: datetime | None = None,
        final: bool = False,
        kept: bool = False,
        gone: bool = False,
    ) -> None:
        if job.is_quiet:
            return
        at = await self.clock()
        await self.posts.post_failure(
            FailureNote(job=job, why=why, at=at, retry_at=retry_at, final=final, kept=kept, gone=gone),
        )


def _never_ended(counts: AttemptCounts) -> str:
    return f"it was started {counts.starts} times and never ended"


def _trace(error: Exception) -> Exception | None:
    """A trace only for what we did not expect."""
    return None if isinstance(error, ProvenanceBotError) else error
