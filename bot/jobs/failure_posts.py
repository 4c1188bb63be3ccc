"""It is told that an image could not be checked, unless a later check went through or nobody can miss the image."""

import structlog
from msgspec import Struct

from bot.errors import InvalidReferenceError
from bot.jobs.parts import Checker, FailureNote, Publisher
from bot.jobs.release_views import ReleaseViews
from bot.jobs.report_posts import asker_of
from bot.oci.reference import Reference
from bot.releases import ReleaseName
from bot.render.slack.check_failure import CheckFailure
from bot.slack.local_transport import PAGES_ONLY
from bot.slack.requester import Opens
from bot.store.reports import Reports
from bot.values import replace

log = structlog.get_logger(__name__)


class FailurePosts(Struct, frozen=True):
    """Posts them."""

    checker: Checker  # for what the policy says of the image
    publisher: Publisher
    reports: Reports
    views: ReleaseViews

    async def post(self, note: FailureNote) -> None:
        """Nothing, when a later check went through meanwhile: its report says more. Raises PostingError, StoreError."""
        job = note.job
        latest = await self.reports.latest(job.image)
        if latest is not None and latest.started > note.at:
            return
        if latest is None and note.gone and not job.is_asked and await self._is_short_lived(job.image):
            log.info("gone before it was checked", image=job.image)
            return
        asker = replace(asker_of(job), opens=Opens.ALWAYS if job.is_asked else Opens.IF_DUE)
        await self.publisher.publish_failure(
            str(self._release(job.image) or job.image),
            CheckFailure(job.image, note.why, note.retry_at, note.final, job.request_id, note.at),
            channel=PAGES_ONLY if job.origin == "page" else job.channel,
            asker=asker,
        )

    async def _is_short_lived(self, image: str) -> bool:
        """Whether it is a rolling tag of a group with versions: builds push tags that they delete a moment later.

        Where no version is known, nothing could ever be looked at, and that is to be said.
        """
        name = self._release(image)
        return name is not None and name.is_rolling and bool(await self.views.releases.lately(name.group, 1))

    def _release(self, image: str) -> ReleaseName | None:
        try:
            placement = self.checker.check_policy(Reference.parse(image)).placement
        except InvalidReferenceError:  # a job that somebody else has queued
            return None
        return placement.release if placement else None
