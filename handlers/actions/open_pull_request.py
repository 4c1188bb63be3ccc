"""The button "Open a pull request" under a change that was shown: propose exactly that change, once."""

from dataclasses import dataclass
from typing import Final

from bot.errors import InvalidReferenceError, StoreError
from bot.oci.reference import Reference
from bot.render.slack.message import MessageDraft
from bot.render.slack.patch import PROPOSE, refusal_of
from bot.slack.fixing import Fixing
from handlers.actions._pressed import Pressed

ACTION: Final = PROPOSE

TOO_OLD: Final = "I cannot read that button any more; run `/provenance fix` with the image's name."
AWAY: Final = "I cannot do that right now. Please try again in a minute."


@dataclass(frozen=True, slots=True)
class OpenPullRequest:
    """Whether the person may is asked of the policy, at this very moment; the message says nothing about it."""

    fixing: Fixing

    async def press(self, pressed: Pressed) -> MessageDraft:
        """What the person who pressed reads. Never raises for what the store or GitHub does."""
        image, _, branch = pressed.value.partition(" ")
        try:
            reference = Reference.parse(image)
        except InvalidReferenceError:
            return refusal_of(TOO_OLD)
        try:
            return await self.fixing.propose(reference, branch, pressed.user.id)
        except StoreError:
            return refusal_of(AWAY)
