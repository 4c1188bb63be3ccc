"""The menu of a release: acknowledge, snooze, mute, their ends, and the evidence as a file."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from bot.attention import Attention, Kind
from bot.jobs.attending import Attended, Attending, SaidAnswer
from bot.render.release.problems import problems
from bot.render.release.view import ImageView, ReleaseView
from bot.render.slack.attention import person
from bot.render.slack.buttons import MORE, More
from bot.render.slack.escape import date
from bot.render.slack.forms import snooze_form
from bot.report import Report
from bot.store.attention import Presses
from handlers.actions.about import AboutRelease, about, target_of
from handlers.actions.evidence import upload_evidence
from handlers.actions.file_in_thread import FileInThread
from handlers.actions.pressed import Pressed
from handlers.actions.replies import TOO_OLD, Later, OpenForm, Reply

ACTION: Final = MORE

LATER_PRESS: Final = "A later choice about this is already in force, so nothing was changed."
CHANGED: Final = "What fails there has changed. Look at the message again, then acknowledge what you see."
_ABOUT: Final[Mapping[str, Kind]] = {
    More.ACKNOWLEDGE: Kind.ACKNOWLEDGEMENT,
    More.UNDO_ACKNOWLEDGE: Kind.ACKNOWLEDGEMENT,
    More.MUTE: Kind.MUTE,
    More.UNMUTE: Kind.MUTE,
}
"""Choices that undo each other. A snooze begins with a form, and Slack does not say when a form was sent."""

SHOWN_MAX: Final = 5
"""Rules of a message that are compared with what fails now: it names so many problems."""

NOTHING_FAILS: Final = "Nothing fails there now, so there is nothing to acknowledge."


class Menu(Struct, frozen=True):
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
                return await self._in_order(pressed, release)

    async def _in_order(self, pressed: Pressed, release: AboutRelease) -> str:
        """What is there is read before the press counts, so that a later press changes it and not this one."""
        there = await self.attending.about(release.place, release.reports)
        if pressed.chosen == More.ACKNOWLEDGE and _has_changed(pressed, release.reports):
            return CHANGED  # it does not count, so it must not hold up an earlier press
        kind = _ABOUT.get(pressed.chosen)
        if kind and not await Presses(self.attending.store).is_newest(kind, release.place, pressed.at):
            return LATER_PRESS
        return await self._said(pressed.chosen, release, there, pressed.user.id)

    async def _said(self, chosen: str, release: AboutRelease, there: Attention, who: str) -> str:
        place, reports = release.place, release.reports
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


def _has_changed(pressed: Pressed, reports: Sequence[Report]) -> bool:
    """Whether another digest or another rule fails than the person saw. A message that does not say counts as seen."""
    view = ReleaseView("", "", tuple(ImageView(report.image, report=report) for report in reports))
    digest, seen = pressed.seen
    now = [problem.rule for problem in problems(view)]
    is_other = bool(now and digest and view.digest and digest != view.digest)
    return is_other or bool(seen and set(now[:SHOWN_MAX]) - set(seen))


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
