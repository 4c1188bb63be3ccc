"""The button "Open a pull request": proposes exactly the change that was shown, once."""

from typing import Final

from msgspec import Struct

from bot.errors import InvalidReferenceError, StoreError
from bot.jobs.attending import Attending
from bot.oci.reference import Reference
from bot.render.slack.message import MessageDraft
from bot.render.slack.patch import PROPOSE, refusal_of
from bot.slack.fixing import Fixing
from handlers.actions.pressed import Pressed

ACTION: Final = PROPOSE

TOO_OLD: Final = "This button is no longer valid. Run `/provenance fix` with the image name."
UNAVAILABLE: Final = "That is not possible right now. Please try again in a minute."


class OpenPullRequest(Struct, frozen=True):
    """Whether the person may open it is decided now, by the policy, and not by the message."""

    fixing: Fixing
    attending: Attending

    async def press(self, pressed: Pressed) -> MessageDraft:
        """The answer to the person. Errors of the store and of GitHub become answers, too."""
        image, _, branch = pressed.value.partition(" ")
        try:
            reference = Reference.parse(image)
        except InvalidReferenceError:
            return refusal_of(TOO_OLD)
        try:
            said, opened = await self.fixing.propose(reference, branch, pressed.user.id, pressed.user.name)
            if opened is not None:
                where = pressed.container.channel_id
                await self.attending.proposed(reference, where, pressed.team.id, pressed.user.id, opened)
        except StoreError:
            return refusal_of(UNAVAILABLE)
        return said
