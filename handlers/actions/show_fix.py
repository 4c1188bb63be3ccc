"""The button "Show the fix": the fixes of a release, or of the one image of a private answer, for that person alone."""

from typing import Final

from msgspec import Struct

from bot.errors import InvalidReferenceError
from bot.jobs.attending import Attending
from bot.oci.reference import Reference
from bot.render.release.view import ImageView, ReleaseView
from bot.render.slack.answer import fixes_answer
from bot.render.slack.buttons import SHOW_FIX
from bot.render.slack.message import MessageDraft
from bot.report import Report
from bot.store.reports import Reports
from handlers.actions.about import about
from handlers.actions.pressed import Pressed
from handlers.actions.replies import TOO_OLD

ACTION: Final = SHOW_FIX

NOTHING: Final = "Nothing fails there now, so there is nothing to fix."


class ShowFix(Struct, frozen=True):
    """Shows what the newest reports say; it changes nothing."""

    attending: Attending
    base_url: str = ""

    async def press(self, pressed: Pressed) -> str | MessageDraft:
        """The answer to the person. Raises StoreError."""
        release = await about(pressed, self.attending)
        if release is not None:
            view = _view(release.place.subject, release.title, release.reports)
            return fixes_answer(view, base_url=self.base_url, rules=release.rules) or NOTHING
        try:
            image = str(Reference.parse(pressed.value))
        except InvalidReferenceError:
            return TOO_OLD
        latest = await Reports(self.attending.store).latest(image)
        if latest is None:
            return TOO_OLD
        return fixes_answer(_view(image, image, (latest.report,)), base_url=self.base_url) or NOTHING


def _view(subject: str, title: str, reports: tuple[Report, ...]) -> ReleaseView:
    return ReleaseView(subject, title, tuple(ImageView(report.image, report=report) for report in reports))
