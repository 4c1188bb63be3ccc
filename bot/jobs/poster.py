"""What a worker does to post: a release with the newest reports on its images, or that one could not be checked.

Posting has jobs of its own: a check is over when its report is stored, and Slack may take as long as it likes. The
publisher is idempotent, so a job that comes back after a crash posts nothing twice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from docket import CurrentExecution, Retry, Timeout
from docket.execution import Execution
from pydantic import ValidationError

from bot.errors import InvalidReferenceError, PostingError, StoreError
from bot.intake.job import CheckJob
from bot.jobs.failures import UNREADABLE, FailureHandler
from bot.jobs.lanes import FAILURE, REPORT
from bot.jobs.parts import Checker, CheckPolicy, FailureNote, Progress, Publisher
from bot.jobs.release_views import ReleaseViews, alone
from bot.jobs.resuming import resumed
from bot.jobs.timing import Timing
from bot.metrics.program import PUSH_TO_THREAD
from bot.oci.reference import Reference
from bot.releases import ReleaseName
from bot.render.release.view import ReleaseView
from bot.render.slack.check_failure import CheckFailure
from bot.report import Report
from bot.slack.local_transport import PAGES_ONLY
from bot.slack.outbox import ReleaseSource
from bot.slack.problems import UNDELIVERED
from bot.slack.requester import Asker, Opens
from bot.store.reports import Reports
from bot.store.undelivered import Undelivered, UndeliveredPost

log = structlog.get_logger(__name__)

THREAD_ONLY: Final = Asker(opens=Opens.NEVER)
"""For a thread that is there already: it is brought up to date, and none begins."""

OTHERS_POST: Final = frozenset({"busy", "stale", "moving"})
"""Codes of a PostingError that says: another worker posts in that channel, or it is too early. It is not a failure,
and is not counted.
"""

AGAIN: Final = 10.0
"""Seconds until a rolling tag is looked at again whose push goes on."""


@dataclass(frozen=True, slots=True)
class Poster:
    """Does the posts."""

    checker: Checker  # for what the policy says of the image
    publisher: Publisher
    reports: Reports
    views: ReleaseViews
    failures: FailureHandler
    timing: Timing
    progress: Progress
    clock: Callable[[], Awaitable[float]]  # the store's, in seconds since the epoch
    undelivered: Undelivered

    async def post_report(  # noqa: PLR0913 - three arguments travel, the rest is docket's
        self,
        job: str,
        first: int,  # when the first report of the release came, in milliseconds of the store's clock
        since: int,  # noqa: ARG002 - for the queue
        *,
        execution: Execution = CurrentExecution(),  # noqa: B008 - docket's way of asking for it
        retry: Retry = Retry(attempts=None, delay=timedelta(seconds=60)),  # noqa: B008
        timeout: Timeout = Timeout(timedelta(minutes=10)),  # noqa: ARG002, ASYNC109, B008 - the last net
    ) -> None:
        """One job as it travels: CheckJob as JSON."""
        try:
            read = CheckJob.model_validate_json(job)
        except ValidationError:
            await self.failures.bury(job, "", UNREADABLE, 1)
            return
        with resumed(read.request_id, execution, read.trace):
            again = await self._attempt(read, execution.key, lambda: self._report(read, first / 1000))
        if again is not None:
            retry.at(again)

    async def post_failure(  # noqa: PLR0913 - as above
        self,
        note: str,
        first: int,  # noqa: ARG002
        since: int,  # noqa: ARG002
        *,
        execution: Execution = CurrentExecution(),  # noqa: B008
        retry: Retry = Retry(attempts=None, delay=timedelta(seconds=60)),  # noqa: B008
        timeout: Timeout = Timeout(timedelta(minutes=10)),  # noqa: ARG002, ASYNC109, B008
    ) -> None:
        """One job as it travels: FailureNote as JSON."""
        try:
            read = FailureNote.model_validate_json(note)
        except ValidationError:
            await self.failures.bury(note, "", UNREADABLE, 1)
            return
        with resumed(read.job.request_id, execution, read.job.trace):
            again = await self._attempt(read.job, execution.key, lambda: self._failure(read), read)
        if again is not None:
            retry.at(again)

    async def _attempt(
        self, job: CheckJob, key: str, post: Callable[[], Awaitable[None]], note: FailureNote | None = None
    ) -> datetime | None:
        """When it is to be done again, if so. A `note` says whether there is a dead letter about that job already."""
        is_kept = note is not None and note.kept
        try:
            counts = await self.failures.attempts.start(key)
            if counts.starts - counts.failures > self.timing.crashes:
                await self.failures.never_posted(job, key, counts, is_kept=is_kept)
                return None
            async with asyncio.timeout(self.timing.publish):
                await post()
        except PostingError as error:
            return await self._later(error, job, key, note)
        except TimeoutError:
            why = f"posting took longer than {self.timing.publish:.0f} s"
            late = PostingError(why, retry_after=self.timing.quiet)
            return await self.failures.not_posted(late, job, key, is_kept=is_kept)
        except Exception as error:  # noqa: BLE001 - whatever it is, the job must not be lost
            return await self.failures.not_posted(error, job, key, is_kept=is_kept)
        await self.failures.attempts.forget(key)
        await self.progress("published")
        return None

    async def _later(self, error: PostingError, job: CheckJob, key: str, note: FailureNote | None) -> datetime | None:
        """When it is to be posted again. What a person must do something about first waits elsewhere."""
        if error.code == UNDELIVERED and await self.undelivered.keep(_undelivered(key, job, note)):
            await self.failures.attempts.forget(key)
            return None
        if error.code in OTHERS_POST:
            await self.failures.attempts.forget(key)
            return datetime.now(UTC) + timedelta(seconds=error.retry_after or self.timing.lock_again)
        return await self.failures.not_posted(error, job, key, is_kept=note is not None and note.kept)

    async def _report(self, job: CheckJob, first: float) -> None:
        """The newest: an older one that waits in another lane must not take it back."""
        latest = await self.reports.latest(job.image)
        if latest is None:
            raise StoreError(f"the report on {job.image} is not there any more", retry_after=None)
        policy = self.checker.check_policy(Reference.parse(job.image))
        release = policy.placement.release if policy.placement else None
        if release and not job.is_asked:
            await self._wait_for_others(release, first)
        load = self._source(job.image, policy, latest.report)
        asker, subject = _asker(job), str(release) if release else latest.report.image
        match job.origin:
            case "command" if job.is_answered and not job.is_shared:
                image = alone(latest.report, policy)
                await self.publisher.answer(image, subject, channel=job.channel, asker=asker)
                asker = THREAD_ONLY  # nobody else asked: no thread begins
            case "command":
                asker = replace(asker, opens=Opens.ALWAYS)
            case "page":
                everybody = replace(asker, opens=Opens.ALWAYS)
                await self.publisher.publish(load, subject=subject, channel=PAGES_ONLY, asker=everybody)
                asker = THREAD_ONLY
            case _:
                pass
        await self.publisher.publish(load, subject=subject, channel=job.channel, asker=asker)
        if job.is_push and job.asked_at and not job.look:
            PUSH_TO_THREAD.observe(await self.clock() - job.asked_at, job.origin)
        log.info("posted", image=job.image, digest=latest.report.digest, verdict=latest.report.verdict.value)

    async def _wait_for_others(self, release: ReleaseName, first: float) -> None:
        """Raises PostingError while it is not known yet what the other tags of the same push stand for."""
        now, why = await self.clock(), "its other tags are being pushed"
        if await self.views.is_moving(release, now, since=first):
            raise PostingError(why, code="moving", retry_after=AGAIN)
        left = first + self.timing.together - now
        if left > 0 and await self.views.is_alone(release, now):
            raise PostingError(why, code="moving", retry_after=left)

    def _source(self, image: str, policy: CheckPolicy, report: Report) -> ReleaseSource:
        placement = policy.placement

        async def load() -> ReleaseView:
            if placement is None:
                return alone(report, policy)
            return await self.views.of(placement.release, image, await self.clock())

        return load

    async def _failure(self, note: FailureNote) -> None:
        """Nothing, when a later check went through meanwhile: its report says more."""
        job = note.job
        latest = await self.reports.latest(job.image)
        if latest is not None and latest.started > note.at:
            return
        if latest is None and note.gone and not job.is_asked and await self._is_short_lived(job.image):
            log.info("gone before it was checked", image=job.image)
            return
        asker = replace(_asker(job), opens=Opens.ALWAYS if job.is_asked else Opens.IF_DUE)
        await self.publisher.publish_failure(
            self._subject(job.image),
            CheckFailure(job.image, note.why, note.retry_at, note.final, job.request_id),
            channel=PAGES_ONLY if job.origin == "page" else job.channel,
            asker=asker,
        )

    async def _is_short_lived(self, image: str) -> bool:
        """Whether it is a rolling tag of a group with versions: builds push tags that they delete a moment later.

        Where no version is known, nothing could ever be looked at, and that is to be said.
        """
        name = self._release(image)
        return name is not None and name.is_rolling and bool(await self.views.releases.lately(name.group, 1))

    def _subject(self, image: str) -> str:
        return str(self._release(image) or image)

    def _release(self, image: str) -> ReleaseName | None:
        try:
            placement = self.checker.check_policy(Reference.parse(image)).placement
        except InvalidReferenceError:  # a job that somebody else has queued
            return None
        return placement.release if placement else None


def _asker(job: CheckJob) -> Asker:
    return Asker(
        job.user,
        job.response_url,
        channel=job.channel,
        thread_ts=job.thread_ts,
        asked_at=job.asked_at,
        is_private=job.is_private,
        execution=job.execution,
    )


def _undelivered(key: str, job: CheckJob, note: FailureNote | None) -> UndeliveredPost:
    """The job as it was queued."""
    text = (note or job).model_dump_json()
    return UndeliveredPost(task=FAILURE if note else REPORT, name=key, text=text, where=job.channel)
