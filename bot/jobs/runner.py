"""What a worker does to check an image: look, save, leave the report to be posted; and perhaps look again later.

A job is done at least once: a killed worker's jobs come back. So each step is idempotent.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from docket import CurrentExecution, Retry, Timeout
from docket.execution import Execution
from msgspec import Struct
from pydantic import ValidationError

from bot.context import Phase
from bot.errors import RateLimitedError, StoreError, UnavailableError, UsageError
from bot.intake.job import CheckJob, JobQueue
from bot.jobs.failures import UNREADABLE, FailureHandler
from bot.jobs.parts import Checker, CheckPolicy, Posts, Progress
from bot.jobs.recheck import is_final, late_looks, later_looks
from bot.jobs.releasing import Releasing
from bot.jobs.resuming import resumed
from bot.jobs.timing import Timing
from bot.metrics.program import CHECKS, PUSH_TO_VERDICT, RULES
from bot.oci.reference import Reference
from bot.report import Report
from bot.request_ids import current
from bot.store import Store
from bot.store.digests import Digests
from bot.store.image_lock import ImageLocks
from bot.store.pushes import Pushes
from bot.store.quotas import Quotas
from bot.store.reports import Latest, Reports

log = structlog.get_logger(__name__)


UNCHANGED_MAX: Final = 24 * 3600.0
"""Seconds; an older report is made anew: certificates expire, content is deleted, and rules become better."""

EARLY_MAX: Final = 0.5
"""Seconds that a job may begin before it is due by the store's clock."""

PUT_OFF_MAX: Final = 30 * 24 * 3600.0
"""Seconds; a job that says that it is due later than that was not queued by us."""

UNKNOWN_ATTEMPTS: Final = 2880
"""Attempts to find a worker that knows the kind of a job: a day at one every 30 s, longer than any rollout."""


class UnknownJobError(Exception):
    """This version of the program knows no such job; a newer worker does."""


class Runner(Struct, frozen=True):
    """Does the checks."""

    store: Store
    queue: JobQueue
    posts: Posts
    checker: Checker
    reports: Reports
    digests: Digests
    pushes: Pushes
    locks: ImageLocks
    quotas: Quotas
    releasing: Releasing
    failures: FailureHandler
    timing: Timing
    progress: Progress

    async def check_image(  # noqa: PLR0913 - three arguments travel, the rest is docket's
        self,
        job: str,
        first: int,  # when the first event of the key came
        since: int,
        *,
        execution: Execution = CurrentExecution(),  # noqa: B008 - docket's way of asking for it
        retry: Retry = Retry(attempts=None, delay=timedelta(seconds=60)),  # noqa: B008
        timeout: Timeout = Timeout(timedelta(minutes=10)),  # noqa: ARG002, ASYNC109, B008 - the last net
    ) -> None:
        """One job as it travels: CheckJob as JSON; milliseconds of the store's clock."""
        try:
            read = CheckJob.model_validate_json(job)
        except ValidationError:
            await self.failures.bury(job, "", UNREADABLE, 1)
            return
        early = since / 1000 - await self.store.now()
        if EARLY_MAX < early < PUT_OFF_MAX:  # this worker's clock, by which jobs are started, is fast
            retry.at(datetime.now(UTC) + timedelta(seconds=early))
        with resumed(read.request_id, execution, read.trace):
            again = await self._do(
                read, first / 1000, since / 1000, execution.key, f"{execution.key}#{execution.generation}"
            )
        if again is not None:
            retry.at(again)

    async def keep_unreadable(
        self,
        what: str,
        why: str,
        *,
        retry: Retry = Retry(attempts=None, delay=timedelta(seconds=60)),  # noqa: ARG002, B008 - the store may be away
    ) -> None:
        """A message in the queue that is not a job of ours becomes a dead letter."""
        await self.failures.bury(what, "", f"the message in the queue is not a job: {why}", 1)

    async def keep_unknown(
        self,
        *arguments: object,  # noqa: ARG002 - whatever that job takes
        execution: Execution = CurrentExecution(),  # noqa: B008
        retry: Retry = Retry(attempts=None, delay=timedelta(seconds=30)),  # noqa: ARG002, B008
    ) -> None:
        """Keep a job that this version does not know: while versions are rolled out, a newer worker will."""
        if execution.attempt < UNKNOWN_ATTEMPTS:
            raise UnknownJobError(execution.function_name)
        what = f"task {execution.function_name!r}, key {execution.key!r}"
        await self.failures.bury(what, "", "no worker knows this kind of job", execution.attempt)

    async def _do(self, job: CheckJob, first: float, since: float, key: str, holder: str) -> datetime | None:
        """When it is to be done again, if so."""
        try:
            image = _image(job)
            policy = self.checker.check_policy(image)
            job = job.model_copy(update={"channel": job.channel or policy.channel})
            if policy.is_ignored and (job.is_push or job.origin == "recheck"):
                log.info("not looked at, the policy says to ignore it", image=job.image)
                return None
            if job.is_push:
                await self.releasing.arrived(policy, first)
            if not job.is_asked and (wait := await self.quotas.wait(image.registry)):
                return datetime.now(UTC) + timedelta(seconds=wait)
            async with self._lock(str(image), holder) as mine:
                if not mine:
                    return datetime.now(UTC) + timedelta(seconds=self.timing.lock_again)
                counts = await self.failures.attempts.start(key)
                if counts.starts - counts.failures > self.timing.crashes:
                    await self.failures.never_ends(job, key, counts)
                    return None
                latest = await self._look(image, job, since, policy)
            pushed = await self._pushed(job, latest.report.digest)
            await self.releasing.checked(latest, job, policy, pushed)
            if not job.is_quiet:
                release = str(policy.placement.release) if policy.placement else str(image)
                await self.posts.post_report(job, release)
            await self._look_again(latest, job, policy, pushed)
        except Exception as error:  # noqa: BLE001 - whatever it is, the job must not be lost
            await self._tell_others(error)
            return await self.failures.failed(error, job, key)
        await self.failures.attempts.forget(key)
        return None

    async def _tell_others(self, error: Exception) -> None:
        """What a registry refuses one worker, it refuses all."""
        if isinstance(error, RateLimitedError) and error.host:
            at = error.retry_at
            told = None if at is None else (at - datetime.now(UTC)).total_seconds()
            with contextlib.suppress(StoreError):
                await self.quotas.refused(error.host, told)

    @contextlib.asynccontextmanager
    async def _lock(self, image: str, holder: str) -> AsyncIterator[bool]:
        mine = await self.locks.take(image, holder)
        try:
            yield mine
        finally:
            if mine:
                with contextlib.suppress(StoreError):  # it ends by itself
                    await self.locks.release(image, holder)

    async def _look(self, image: Reference, job: CheckJob, since: float, policy: CheckPolicy) -> Latest:
        """A report that began at `since` or later: another job's, of this moment, or our own."""
        latest = await self.reports.latest(str(image))
        if latest is not None and latest.started >= since and latest.policy == policy.version:
            return latest
        started = await self.store.now()

        async def phase_of(digest: str) -> Phase:
            pushed = await self._pushed(job, digest)
            return Phase.SETTLING if pushed is not None and started < pushed + policy.settle else Phase.SETTLED

        try:
            async with asyncio.timeout(self.timing.check):
                report = await self._unchanged(image, job, latest, policy, started)
                report = report or await self.checker.check(image, phase_of=phase_of, fresh=job.is_asked)
        except TimeoutError:
            why = f"the check took longer than {self.timing.check:.0f} s"
            raise UnavailableError(why, host=image.registry) from None
        report = report.model_copy(update={"request_id": current()})
        await self.progress("fetched")
        await self.reports.save(report, started=started, policy=policy.version)
        log.info("checked", image=report.image, digest=report.digest, verdict=report.verdict.value, origin=job.origin)
        _measure(report, job, await self.store.now())
        await self.digests.remember_all(report)
        await self.progress("saved")
        return Latest(report, started, policy.version)

    async def _unchanged(
        self, image: Reference, job: CheckJob, latest: Latest | None, policy: CheckPolicy, now: float
    ) -> Report | None:
        """The report that still holds, for one request: the tag is as it was, and nothing new can have arrived.

        A person who asks still gets a full check: content may have been deleted meanwhile.
        """
        if job.is_asked or job.has_evidence or job.is_anew or latest is None or latest.policy != policy.version:
            return None
        if now - latest.report.checked_at.timestamp() > UNCHANGED_MAX or not is_final(latest.report):
            return None
        if latest.report.has_ended_waiver(datetime.fromtimestamp(now, UTC).date()):
            return None
        if await self.checker.digest(image) != latest.report.digest:
            return None
        log.info("unchanged since the last check", image=latest.report.image, digest=latest.report.digest)
        return latest.report

    async def _pushed(self, job: CheckJob, digest: str) -> float | None:
        """When that content of the tag was pushed; None when no push is known."""
        announced = job.asked_at if job.is_push else 0.0
        return await self.pushes.first(job.image, digest, announced=announced)

    async def _look_again(self, latest: Latest, job: CheckJob, policy: CheckPolicy, pushed: float | None) -> None:
        # By when the look began: one that ends after `settle` or `complete` may have seen what was there before.
        since_push = latest.started - pushed if pushed else 0.0
        settles_in = policy.settle - since_push if pushed else 0.0
        completes_in = policy.complete - since_push
        looks = later_looks(latest.report, job, self.timing, settles_in=settles_in, completes_in=completes_in)
        late = late_looks(latest.report, job, policy.settle) if settles_in <= 0 else ()
        for look in (*looks, *late):
            await self.queue.enqueue(look.job, key=f"{look.why}:{job.image}|", delay=look.delay)


def _image(job: CheckJob) -> Reference:
    """Raises UsageError. Layouts on disk are for the terminal: from outside they would read the server's files."""
    if job.image.startswith("oci:"):
        raise UsageError("an image on disk is not checked by the server")
    return Reference.parse(job.image)


def _measure(report: Report, job: CheckJob, now: float) -> None:
    CHECKS.add(report.verdict.value, job.origin)
    for result in report.results:
        RULES.add(result.rule, result.outcome.value)
    if job.is_push and job.asked_at and not job.look:
        PUSH_TO_VERDICT.observe(now - job.asked_at, job.origin)
