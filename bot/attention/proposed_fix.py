"""Somebody opened a pull request that fixes the workflow of a release."""

from dataclasses import dataclass, replace
from typing import Final

from bot.attention.place import NotePlace

OPEN: Final = "open"
MERGED: Final = "merged"
CLOSED: Final = "closed"

FOLLOWED_MAX: Final = 30 * 24 * 3600.0
"""Seconds for which the code host is asked what became of it."""


@dataclass(frozen=True, slots=True)
class ProposedFix:
    """Who opened it, when, where (`repository` is acme/app, `url` its address for people), and what became of it.

    `image` is one that the workflow builds, registry/repository without a tag, and `family` the suffix of its tags.
    """

    place: NotePlace
    who: str
    at: float
    repository: str
    number: int
    url: str
    state: str = OPEN
    image: str = ""
    family: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is neither merged nor closed, as far as is known."""
        return self.state == OPEN

    def became(self, state: str) -> "ProposedFix":
        """The same in that state, in the words above."""
        return replace(self, state=state if state in {OPEN, MERGED} else CLOSED)

    def is_followed(self, now: float) -> bool:
        """Whether it is worth asking what became of it."""
        return self.is_open and now < self.at + FOLLOWED_MAX
