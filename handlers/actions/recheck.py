"""The button "Re-check": queues another check of the images of a release."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

import structlog
from msgspec import Struct

from bot.errors import InvalidReferenceError, MalformedError, StoreError
from bot.intake.job import CheckJob, JobQueue
from bot.oci.reference import Reference
from bot.releases import ReleaseName
from bot.releases.expected import MEMBERS_MAX
from bot.render.slack.escape import code
from bot.store import Store, trouble
from bot.store.releases import Releases
from bot.store.threads import Address, Threads
from handlers.actions.pressed import Pressed
from handlers.slack_request import STORE_TIME

ACTION: Final = "check.rerun"

EVERY: Final = 30
"""Seconds between two re-checks of one release in one channel."""

TOO_OLD: Final = "This message is too old. Run `/provenance check` with the image name."
UNAVAILABLE: Final = "The check could not be queued. Please try again in a minute."

log = structlog.get_logger(__name__)


class Recheck(Struct, frozen=True):
    """Queues the job before Slack gets its answer; returns the answer to the person."""

    store: Store
    queue: JobQueue

    async def press(self, pressed: Pressed) -> str:
        """The answer. Errors of the store become answers, too."""
        try:
            async with asyncio.timeout(STORE_TIME):
                subject, images = await self._about(pressed)
                return await self._queue(subject, images, pressed) if images else TOO_OLD
        except (StoreError, TimeoutError) as error:
            log.warning("re-check not queued", error=str(error) or type(error).__name__)
            return UNAVAILABLE

    async def _about(self, pressed: Pressed) -> tuple[str, tuple[str, ...]]:
        """The release and its images, from our record of the message or, if that is gone, from its metadata."""
        where = pressed.container
        thread = await Threads(self.store).at(pressed.team.id, where.channel_id, where.message_ts)
        subject = thread.address.subject if thread else pressed.subject
        listed = str(thread.parent.facts.get("images", "")).split(",") if thread else pressed.images
        try:
            release = await Releases(self.store).load(ReleaseName.parse(subject))
        except MalformedError:  # a thread of the first version, whose subject is an image
            release, listed = None, [subject]
        images = [str(member.image) for member in release.members if member.is_there] if release else []
        return subject, tuple(_valid(images or listed))[:MEMBERS_MAX]

    async def _queue(self, subject: str, images: tuple[str, ...], pressed: Pressed) -> str:
        channel = pressed.container.channel_id
        what = code(images[0], 500) if len(images) == 1 else f"{len(images)} images of {code(subject, 500)}"
        slot = Address(pressed.team.id, channel, subject).slot
        key = self.store.key("slack", "recheck", slot, subject)
        with trouble("looking when it was checked last"):
            first = await self.store.redis.set(key, "1", nx=True, ex=EVERY)
        if not first:
            return f"A check of {what} was requested a moment ago."
        try:
            for image in images:
                await self.queue.enqueue(self._job(image, pressed), key=f"{image}|{channel}")
        except BaseException:
            with trouble("forgetting a re-check"):
                await self.store.redis.delete(key)
            raise
        return f"Checking {what}…"

    @staticmethod
    def _job(image: str, pressed: Pressed) -> CheckJob:
        return CheckJob(
            image=image,
            origin="recheck",
            channel=pressed.container.channel_id,
            user=pressed.user.id,
            response_url=pressed.response_url,
            asked_at=time.time(),
        )


def _valid(images: Iterable[str]) -> Iterator[str]:
    for image in images:
        with suppress(InvalidReferenceError):
            yield str(Reference.parse(image))
