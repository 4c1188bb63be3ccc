"""The button "Re-check": queues another check of the message's image."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

import structlog

from bot.errors import InvalidReferenceError, StoreError
from bot.intake.job import CheckJob, JobQueue
from bot.oci.reference import Reference
from bot.render.slack.escape import code
from bot.store import Store, trouble
from bot.store.threads import Address, Threads
from handlers.actions.pressed import Pressed
from handlers.slack_request import STORE_TIME

ACTION: Final = "check.rerun"

EVERY: Final = 30
"""Seconds between two re-checks of one image in one channel."""

TOO_OLD: Final = "This message is too old. Run `/provenance check` with the image name."
UNAVAILABLE: Final = "The check could not be queued. Please try again in a minute."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recheck:
    """Queues the job before Slack gets its answer; returns the answer to the person."""

    store: Store
    queue: JobQueue

    async def press(self, pressed: Pressed) -> str:
        """The answer. Errors of the store become answers, too."""
        try:
            async with asyncio.timeout(STORE_TIME):
                image = await self._image(pressed)
                return await self._queue(image, pressed) if image else TOO_OLD
        except (StoreError, TimeoutError) as error:
            log.warning("re-check not queued", error=str(error) or type(error).__name__)
            return UNAVAILABLE

    async def _image(self, pressed: Pressed) -> str:
        """The image from our record of the message, or, if that is gone, from the message's metadata."""
        where = pressed.container
        thread = await Threads(self.store).at(pressed.team.id, where.channel_id, where.message_ts)
        if thread is not None:
            return thread.address.subject
        try:
            return str(Reference.parse(pressed.subject))
        except InvalidReferenceError:
            return ""

    async def _queue(self, image: str, pressed: Pressed) -> str:
        channel = pressed.container.channel_id
        slot = Address(pressed.team.id, channel, image).slot
        key = self.store.key("slack", "recheck", slot, image)
        with trouble("looking when it was checked last"):
            first = await self.store.redis.set(key, "1", nx=True, ex=EVERY)
        if not first:
            return f"A check of {code(image, 500)} was requested a moment ago."
        job = CheckJob(
            image=image,
            origin="recheck",
            channel=channel,
            user=pressed.user.id,
            response_url=pressed.response_url,
            asked_at=time.time(),
        )
        try:
            await self.queue.enqueue(job, key=f"{image}|{channel}")
        except BaseException:
            with trouble("forgetting a re-check"):
                await self.store.redis.delete(key)
            raise
        return f"Checking {code(image, 500)}…"
