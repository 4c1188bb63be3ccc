"""Somebody says: I have seen it and deal with it."""

from dataclasses import dataclass

from bot.attention.failing import Failing
from bot.attention.place import NotePlace


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who acknowledged which failures of a release, and when. It falls when others come."""

    place: NotePlace
    who: str
    at: float
    failing: Failing

    def holds(self, now_failing: Failing) -> bool:
        """It falls when another digest fails, when another rule fails, and when nothing fails any more."""
        return bool(now_failing.found) and now_failing.is_within(self.failing)
