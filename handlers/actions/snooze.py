"""The form of a snooze, sent."""

from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from bot.attention import Failing, SnoozeFor
from bot.jobs.attending import Attended, Attending
from bot.render.slack.attention import person
from bot.render.slack.escape import date, prose
from bot.render.slack.forms import FOR, SNOOZE_FORM
from handlers.actions.about import about_form
from handlers.actions.forms import Errors, Sent
from handlers.actions.pressed import SentForm
from handlers.actions.replies import TOO_OLD

FORM: Final = SNOOZE_FORM

PASSES: Final = " Nothing fails there now, so the snooze ends as soon as a rule fails."


class SnoozeSent(Struct, frozen=True):
    """Anybody in the channel may snooze: everybody sees who did, and may end it."""

    attending: Attending

    async def send(self, form: SentForm) -> Sent:
        """Raises StoreError, and UsageError for a form that is not ours."""
        release = await about_form(form.place, form.target, self.attending)
        if release is None:
            return Errors({FOR: TOO_OLD})
        chosen = form.chosen(FOR)
        if chosen not in set(SnoozeFor):
            return Errors({FOR: "Choose how long."})
        for_ = SnoozeFor(chosen)
        answer = await self.attending.snooze(release.place, form.user.id, for_, release.reports)
        if answer.done is Attended.ALREADY and answer.by != form.user.id:
            by = person(answer.by) if answer.by else "Somebody"
            return f"{by} snoozed {prose(release.title, 200)} already."
        passes = "" if Failing.of(release.reports).found else PASSES
        if for_ is SnoozeFor.NEXT_RELEASE:
            return f"{prose(release.title, 200)} is snoozed until the next release.{passes}"
        until = date(datetime.fromtimestamp(answer.until, UTC))
        return f"{prose(release.title, 200)} is snoozed until {until}.{passes}"
