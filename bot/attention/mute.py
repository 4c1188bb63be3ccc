"""Somebody says: this tag is of no interest in this channel."""

from dataclasses import dataclass
from typing import Final

from bot.attention.place import NotePlace

MUTE_MAX: Final = 180 * 24 * 3600.0
"""Seconds after which a mute ends by itself."""


@dataclass(frozen=True, slots=True)
class Mute:
    """Who muted a version or a rolling tag in a channel, and when. No thread begins there, nobody is notified."""

    place: NotePlace
    who: str
    at: float

    @property
    def until(self) -> float:
        """When it ends by itself."""
        return self.at + MUTE_MAX

    def holds(self, now: float) -> bool:
        """Whether it has not ended."""
        return now < self.until
