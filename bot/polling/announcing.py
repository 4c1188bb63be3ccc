"""What becomes of what a look found: the same way as a webhook's push, and a quiet check of a first look's versions."""

import time
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeAlias

import structlog
from msgspec import Struct

from bot.intake.intake import Announcer, Intake
from bot.intake.job import CheckJob
from bot.intake.push import Push
from bot.intake.validate import evidence_for
from bot.oci.reference import Reference
from bot.policy import Policies
from bot.polling.changes import RECENT, ChangeKind, TagChange
from bot.polling.targets import PollTarget
from bot.releases import Release, ReleaseName, place
from bot.request_ids import bound
from bot.store.reports import Latest
from bot.tracing import span

POLL: Final = Announcer("poll", is_webhook=False)

BASELINE_SPREAD: Final = 2.0
"""Seconds between the starts of two quiet checks; nobody waits for them."""

log = structlog.get_logger(__name__)

Noticed: TypeAlias = Callable[[Reference, float], Awaitable[None]]
"""Hears of each push that a look noticed, and since when it may have happened."""


Hasten: TypeAlias = Callable[[str, float], Awaitable[None]]
"""Has the second look at an image come now, by the store's clock, if it was released."""


class NewestReports(Protocol):
    """Knows what was found out of an image last."""

    async def latest(self, image: str) -> Latest | None:
        """The newest report. Raises StoreError."""


class KnownReleases(Protocol):
    """What is remembered of releases."""

    async def load(self, name: ReleaseName) -> Release | None:
        """That release. Raises StoreError."""


class Announcing(Struct, frozen=True):
    """Hands on what was noticed. Every method may raise StoreError; then the same is noticed again.

    `now` is the store's clock.
    """

    intake: Intake
    reports: NewestReports
    releases: KnownReleases
    policies: Policies
    now: Callable[[], Awaitable[float]]
    noticed: Noticed
    hasten: Hasten

    async def tell(self, target: PollTarget, changes: tuple[TagChange, ...], since: float) -> None:
        """New and moved tags are pushes; what vanished is for the second look. `since` is when the last look was."""
        for change in changes:
            with bound(), span("noticed", provenance__change=change.kind.value):
                await self._tell(target.repository.tagged(change.tag), change, since)

    async def _tell(self, image: Reference, change: TagChange, since: float) -> None:
        log.info("noticed", image=str(image), change=change.kind.value, digest=change.digest)
        match change.kind:
            case ChangeKind.NEW | ChangeKind.MOVED:
                await self._push(image, change, since)
            case ChangeKind.VANISHED | ChangeKind.BACK:
                await self.hasten(str(image), await self.now())

    async def check_quietly(self, target: PollTarget, newest: tuple[TagChange, ...], wait: float) -> None:
        """A first look: what these versions are is remembered, and nobody is told. Not before `wait` seconds.

        But an image of a release that was pushed a short while ago is a part of it: a new repository begins so.
        """
        waiting = 0
        for change in newest:
            image = target.repository.tagged(change.tag)
            if await self._is_of_a_push(image):
                await self._push(image, change, 0.0)
            elif not await self._is_checked(image, change.digest):
                job = CheckJob(image=str(image), origin="recheck", source=POLL.id, is_quiet=True, asked_at=time.time())
                await self.intake.queue.enqueue(job, key=f"quiet:{image}|", delay=wait + waiting * BASELINE_SPREAD)
                waiting += 1

    async def _push(self, image: Reference, change: TagChange, since: float) -> None:
        about = evidence_for(change.tag)
        if not about:
            await self.noticed(image, since)
            if await self._is_told(image, change.digest):  # a webhook told it, and that is over already
                return
        await self.intake.enqueue(Push(image, change.digest, about), POLL)

    async def _is_told(self, image: Reference, digest: str) -> bool:
        """Whether it was checked as a push. A newer version's check may have looked at it, too, and told nobody."""
        placement = place(image, self.policies.for_image(image))
        release = await self.releases.load(placement.release) if placement else None
        member = release.member(str(image)) if release else None
        return bool(member and member.pushed_at) and await self._is_checked(image, digest)

    async def _is_of_a_push(self, image: Reference) -> bool:
        """Whether other images of its version were pushed lately."""
        placement = place(image, self.policies.for_image(image))
        release = await self.releases.load(placement.release) if placement else None
        since = await self.now() - RECENT
        return any(member.pushed_at > since for member in release.members) if release else False

    async def _is_checked(self, image: Reference, digest: str) -> bool:
        latest = await self.reports.latest(str(image))
        return latest is not None and bool(digest) and latest.report.digest == digest
