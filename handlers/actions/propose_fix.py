"""The button "Open a pull request…" of a reply: shows the change to this person, and who may, opens it from there."""

from msgspec import Struct

from bot.errors import InvalidReferenceError, StoreError
from bot.jobs.attending import Attending
from bot.oci.reference import Reference
from bot.render.slack.buttons import PROPOSE_FIX
from bot.render.slack.message import MessageDraft
from bot.render.slack.patch import refusal_of
from bot.slack.fixing import Fixing
from handlers.actions.about import about
from handlers.actions.pressed import Pressed
from handlers.actions.replies import TOO_OLD, UNAVAILABLE, Later, Reply

ACTION = PROPOSE_FIX


class ProposeFix(Struct, frozen=True):
    """Nothing is changed by this press."""

    attending: Attending
    fixing: Fixing

    async def press(self, pressed: Pressed) -> Reply:
        """The first image of the release that fails by a rule of that reply. Raises StoreError."""
        release = await about(pressed, self.attending)
        failing = [
            report.image
            for report in (release.reports if release else ())
            for result in report.failing()
            if not release or not release.rules or result.rule in release.rules
        ]
        if not failing:
            return TOO_OLD
        return Later(lambda: self._show(failing[0], pressed.user.id))

    async def _show(self, image: str, user: str) -> MessageDraft:
        try:
            return await self.fixing.show(Reference.parse(image), user)
        except InvalidReferenceError:
            return refusal_of(TOO_OLD)
        except StoreError:
            return refusal_of(UNAVAILABLE)
