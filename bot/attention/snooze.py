"""Somebody says: not now. The thread is brought up to date by edits; nobody is notified."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.attention.place import NotePlace

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR

NEXT_RELEASE_MAX: Final = 90 * DAY
"""Seconds after which a snooze until the next release ends without one: nothing is quiet for ever."""


class SnoozeFor(StrEnum):
    """For how long; the value is what a button sends and a person types."""

    FOUR_HOURS = "4h"
    DAY = "1d"
    WEEK = "7d"
    NEXT_RELEASE = "next"

    @property
    def seconds(self) -> float:
        """The longest that it lasts."""
        match self:
            case SnoozeFor.FOUR_HOURS:
                return 4 * HOUR
            case SnoozeFor.DAY:
                return DAY
            case SnoozeFor.WEEK:
                return 7 * DAY
            case SnoozeFor.NEXT_RELEASE:
                return NEXT_RELEASE_MAX

    @property
    def words(self) -> str:
        """For people."""
        match self:
            case SnoozeFor.FOUR_HOURS:
                return "4 hours"
            case SnoozeFor.DAY:
                return "1 day"
            case SnoozeFor.WEEK:
                return "1 week"
            case SnoozeFor.NEXT_RELEASE:
                return "until the next release"


@dataclass(frozen=True, slots=True)
class Snooze:
    """Who snoozed a release in a channel, when, and until when.

    `newest` is the newest version of the group at that moment if it lasts until the next release, else "". `rules` are
    those that failed.
    """

    place: NotePlace
    who: str
    at: float
    until: float
    newest: str = ""
    rules: frozenset[str] = frozenset()

    def holds(self, now: float, *, newest: str, failing: frozenset[str]) -> bool:
        """It ends with its time, with the next release, or when a rule fails that did not fail before."""
        if now >= self.until or not failing <= self.rules:
            return False
        return not self.newest or newest in {"", self.newest}
