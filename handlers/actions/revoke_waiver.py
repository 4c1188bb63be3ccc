"""The button "Revoke the waiver" of a reply whose problem is waived: the rule counts again."""

from typing import Final

from msgspec import Struct

from bot.jobs.attending import Attended, Attending
from bot.oci.reference import Reference
from bot.render.counted import counted
from bot.render.slack.buttons import REVOKE_WAIVER
from bot.store.attention import Waivers
from handlers.actions.about import AboutRelease, about
from handlers.actions.pressed import Pressed
from handlers.actions.replies import TOO_OLD

ACTION: Final = REVOKE_WAIVER

NOT_YOU: Final = "Only the person who waived it, or somebody who may waive it, can revoke a waiver."
NOTHING: Final = "No waiver from Slack holds there any more. One of the policy file is changed in that file."


class RevokeWaiver(Struct, frozen=True):
    """Which waivers hold for the message's images is looked up; the button names none."""

    attending: Attending

    async def press(self, pressed: Pressed) -> str:
        """The answer to the person. Raises StoreError."""
        release = await about(pressed, self.attending)
        if release is None:
            return TOO_OLD
        answers = [
            (await self.attending.revoke_waiver(id_, pressed.user.id, team=pressed.team.id)).done
            for id_ in await self._holding(release)
        ]
        if done := answers.count(Attended.DONE):
            return f"{counted(done, 'waiver')} revoked. The images are judged again."
        return NOT_YOU if Attended.FORBIDDEN in answers else NOTHING

    async def _holding(self, release: AboutRelease) -> list[str]:
        """The waivers that hold now for the images of the release, of the rules that the reply is about."""
        now = await self.attending.store.now()
        ids: dict[str, None] = {}
        for report in release.reports:
            image = Reference.parse(report.image)
            for waiver in await Waivers(self.attending.store).covering(image, report.digest, now):
                if waiver.rule in release.rules:
                    ids[waiver.id] = None
        return list(ids)
