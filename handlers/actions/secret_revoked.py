"""The button "I revoked it": the person says that the secret in the image is worth nothing any more."""

from typing import Final

from msgspec import Struct

from bot.jobs.attending import Attended, Attending
from bot.render.slack.attention import person
from bot.render.slack.buttons import REVOKED
from handlers.actions.about import about
from handlers.actions.pressed import Pressed
from handlers.actions.replies import TOO_OLD

ACTION: Final = REVOKED

DONE: Final = "Noted. The image still shows it: build and push it again without the secret."
NOTHING: Final = "No secret is found there any more."


class SecretRevoked(Struct, frozen=True):
    """It is a note, and no verdict changes by it."""

    attending: Attending

    async def press(self, pressed: Pressed) -> str:
        """The answer to the person. Raises StoreError."""
        release = await about(pressed, self.attending)
        if release is None:
            return TOO_OLD
        answer = await self.attending.revoked(release.place, pressed.user.id, release.reports)
        match answer.done:
            case Attended.DONE:
                return DONE
            case Attended.NOTHING:
                return NOTHING
            case _:
                by = "You" if answer.by == pressed.user.id else person(answer.by) if answer.by else "Somebody"
                return f"{by} said so already. The image still shows it."
