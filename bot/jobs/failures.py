"""After a check that did not work: try again later, or say that it cannot be done, and what was tried."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.errors import PostingError, ProvenanceBotError, StoreError
from bot.intake.job import CheckJob
from bot.jobs.parts import Publisher
from bot.jobs.retry import Again, in_words, next_step
from bot.jobs.timing import Timing
from bot.store.attempts import AttemptCounts, Attempts
from bot.store.dead_letters import DeadLetter, DeadLetters

log = structlog.get_logger(__name__)

UNREADABLE = "the job cannot be read; it was queued by another version of this program, or by somebody else"


@dataclass(frozen=True, slots=True)
class FailureHandler:
    """Decides and tells. Raises StoreError when the store is away; the queue brings the job back then."""

    tries: Attempts
    dead: DeadLetters
    publisher: Publisher
    pace: Timing

    async def failed(self, error: Exception, job: CheckJob, key: str) -> datetime | None:
        """When to try again, or None when this was the end of it."""
        tried = await self.tries.fail(key)
        log.warning("check failed", image=job.image, failures=tried.failures, exc_info=_trace(error), why=str(error))
        said = in_words(error, tried.failures)
        step = next_step(error, job, tried.failures, self.pace)
        tellable = not isinstance(error, PostingError)
        if isinstance(step, Again):
            if tellable and self._is_to_be_told(job, step.at):
                await self._tell(job, said, retry_at=step.at)
            return step.at
        told = tellable and await self._tell(job, said, final=True)
        if step.given_up or not told:
            await self.bury(job.model_dump_json(), job.image, said, tried.starts)
        await self.tries.forget(key)
        return None

    async def never_ends(self, job: CheckJob, key: str, tried: AttemptCounts) -> None:
        """It took several workers down with it, or so it seems."""
        why = f"it was started {tried.starts} times and never came to an end"
        await self.bury(job.model_dump_json(), job.image, why, tried.starts)
        await self._tell(job, why, final=True)
        await self.tries.forget(key)

    async def bury(self, text: str, image: str, why: str, starts: int) -> None:
        """Keep a dead letter."""
        log.error("job given up", image=image, why=why, starts=starts)
        await self.dead.add(DeadLetter(job=text, image=image, why=why, starts=starts, at=datetime.now(UTC)))

    def _is_to_be_told(self, job: CheckJob, at: datetime) -> bool:
        """People who asked hear of every failure; a push that is looked at again in a moment is not worth a word."""
        asked = job.origin in {"command", "page"}
        return asked or at - datetime.now(UTC) > timedelta(seconds=self.pace.quiet)

    async def _tell(self, job: CheckJob, said: str, *, retry_at: datetime | None = None, final: bool = False) -> bool:
        try:
            await self.publisher.publish_trouble(
                job.image,
                said,
                channel=job.channel,
                retry_at=retry_at,
                final=final,
                requested_by=job.user,
                response_url=job.response_url,
            )
        except (PostingError, StoreError) as error:
            log.warning("trouble could not be told", image=job.image, why=str(error))
            return False
        return True


def _trace(error: Exception) -> Exception | None:
    """A trace only for what we did not expect."""
    return None if isinstance(error, ProvenanceBotError) else error
