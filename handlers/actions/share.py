"""The button "Share here" of a private answer: the release gets its thread in this channel, for everybody."""

import time
from typing import Final

from msgspec import Struct

from bot.errors import InvalidReferenceError
from bot.intake.job import CheckJob
from bot.jobs.attending import Attending
from bot.oci.reference import Reference
from bot.render.slack.buttons import SHARE
from bot.render.slack.escape import code
from bot.store.reports import Reports
from handlers.actions.pressed import Pressed
from handlers.actions.replies import TOO_OLD

ACTION: Final = SHARE


class Share(Struct, frozen=True):
    """The image comes from the button, so it is only what anybody could ask for with `check --share`."""

    attending: Attending

    async def press(self, pressed: Pressed) -> str:
        """The answer to the person. Raises StoreError."""
        try:
            image = Reference.parse(pressed.value)
        except InvalidReferenceError:
            return TOO_OLD
        if await Reports(self.attending.store).latest(str(image)) is None:
            return TOO_OLD
        job = CheckJob(
            image=str(image),
            origin="command",
            channel=pressed.container.channel_id,
            user=pressed.user.id,
            response_url=pressed.response_url,
            asked_at=time.time(),
            is_shared=True,
        )
        await self.attending.queue.post_report(job, str(image))
        return f"Sharing {code(str(image), 500)} in this channel…"
