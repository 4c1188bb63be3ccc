"""The menu of a release: acknowledge, snooze, mute, their ends, and the evidence as a file."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.jobs.attending import Attended, Attending, SaidAnswer
from bot.render.slack.attention import person
from bot.render.slack.buttons import MORE, More
from bot.render.slack.escape import date
from bot.render.slack.forms import snooze_form
from handlers.actions.about import AboutRelease, about, target_of
from handlers.actions.evidence import upload_evidence
from handlers.actions.file_in_thread import FileInThread
from handlers.actions.pressed import Pressed
from handlers.actions.replies import TOO_OLD, Later, OpenForm, Reply

ACTION: Final = MORE

NOTHING_FAILS: Final = "Nothing fails there now, so there is nothing to acknowledge."


@dataclass(frozen=True, slots=True)
class Menu:
    """What was chosen is the only thing that is read of the payload's action."""

    attending: Attending
    files: FileInThread

    async def press(self, pressed: Pressed) -> Reply:
        """The answer to the person. Raises StoreError."""
        if pressed.chosen == More.REPORT:
            return ""  # a link
        release = await about(pressed, self.attending)
        if release is None:
            return TOO_OLD
        match pressed.chosen:
            case More.SNOOZE:
                return OpenForm(snooze_form(release.title, target_of(pressed, release).text()))
            case More.EVIDENCE:
                return Later(lambda: upload_evidence(self.files, release))
            case _:
                return await self._said(pressed.chosen, release, pressed.user.id)

    async def _said(self, chosen: str, release: AboutRelease, who: str) -> str:
        place, reports = release.place, release.reports
        there = await self.attending.about(place, reports)
        match chosen:
            case More.ACKNOWLEDGE:
                return _acknowledged(await self.attending.acknowledge(place, who, reports), who)
            case More.UNDO_ACKNOWLEDGE:
                return _undone(await self.attending.take_back(there.acknowledgement, place, reports), "acknowledged")
            case More.END_SNOOZE:
                return _undone(await self.attending.take_back(there.snooze, place, reports), "snoozed")
            case More.MUTE:
                return _muted(await self.attending.mute(place, who, reports), who)
            case More.UNMUTE:
                return _undone(await self.attending.take_back(there.mute, place, reports), "muted")
            case _:
                return TOO_OLD  # an option of another version


def _acknowledged(answer: SaidAnswer, who: str) -> str:
    match answer.done:
        case Attended.NOTHING:
            return NOTHING_FAILS
        case Attended.DONE:
            return "Acknowledged. It falls when another rule fails, or when another digest fails."
        case _:
            return f"{_somebody(answer, who)} acknowledged it already."


def _muted(answer: SaidAnswer, who: str) -> str:
    if answer.done is Attended.DONE:
        ends = date(datetime.fromtimestamp(answer.until, UTC), "{date_short_pretty}")
        return f"Muted in this channel until {ends}: its thread is kept up to date, and nobody is notified."
    return f"{_somebody(answer, who)} muted it already."


def _undone(answer: SaidAnswer, word: str) -> str:
    return f"It is no longer {word}." if answer.done is Attended.DONE else f"It was not {word} any more."


def _somebody(answer: SaidAnswer, who: str) -> str:
    if answer.by == who:
        return "You"
    return person(answer.by) if answer.by else "Somebody"
