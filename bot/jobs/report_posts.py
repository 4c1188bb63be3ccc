"""A release is posted with the newest reports on its images, where the job says; who asked is answered."""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from msgspec import Struct

from bot.errors import PostingError, StoreError
from bot.intake.job import CheckJob
from bot.jobs.parts import Checker, CheckPolicy, Publisher
from bot.jobs.release_views import ReleaseViews, alone
from bot.jobs.timing import Timing
from bot.metrics.program import PUSH_TO_THREAD
from bot.oci.reference import Reference
from bot.releases import ReleaseName
from bot.render.release.view import ReleaseView
from bot.report import Report
from bot.slack.local_transport import PAGES_ONLY
from bot.slack.outbox import ReleaseSource
from bot.slack.requester import Asker, Opens
from bot.store.reports import Reports
from bot.values import replace

log = structlog.get_logger(__name__)

THREAD_ONLY: Final = Asker(opens=Opens.NEVER)
"""For a thread that is there already: it is brought up to date, and none begins."""

AGAIN: Final = 10.0
"""Seconds until a rolling tag is looked at again whose push goes on."""


class ReportPosts(Struct, frozen=True):
    """Posts them. `clock` is the store's, in seconds since the epoch."""

    checker: Checker  # for what the policy says of the image
    publisher: Publisher
    reports: Reports
    views: ReleaseViews
    timing: Timing
    clock: Callable[[], Awaitable[float]]

    async def post(self, job: CheckJob, first: float) -> None:
        """The newest report: an older one that waits in another lane must not take it back.

        `first` is when the first report of the release came. Raises PostingError and StoreError.
        """
        latest = await self.reports.latest(job.image)
        if latest is None:
            raise StoreError(f"the report on {job.image} is not there any more", retry_after=None)
        policy = self.checker.check_policy(Reference.parse(job.image))
        release = policy.placement.release if policy.placement else None
        if release and not job.is_asked:
            await self._wait_for_others(release, first)
        load = self._source(job.image, policy, latest.report)
        asker, subject = asker_of(job), str(release) if release else latest.report.image
        match job.origin:
            case "command" if job.is_answered and not job.is_shared:
                known = await self.views.releases.load(release) if release else None
                image = alone(latest.report, policy, known.member(job.image) if known else None)
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
        has_thread = await self.publisher.publish(load, subject=subject, channel=job.channel, asker=asker)
        if has_thread and job.is_push and job.asked_at and not job.look:
            PUSH_TO_THREAD.observe(await self.clock() - job.asked_at, job.origin)
        said = "posted" if has_thread else "nothing to post"
        log.info(said, image=job.image, digest=latest.report.digest, verdict=latest.report.verdict.value)

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


def asker_of(job: CheckJob) -> Asker:
    """Who asked for it, and where they are answered."""
    return Asker(
        job.user,
        job.response_url,
        channel=job.channel,
        thread_ts=job.thread_ts,
        asked_at=job.asked_at,
        is_private=job.is_private,
        execution=job.execution,
    )
