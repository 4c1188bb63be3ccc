"""Scripts whose variables are filled in before a shell reads them: where each word stands in the file stays known."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from bot.errors import MalformedError
from bot.workflows.shell.script import UNMAPPED, Script
from bot.workflows.shell.values import LENGTH_MAX

EXPANDED_MAX: Final = 1024 * 1024
"""Characters of all recipes of a file together, once their variables are filled in."""


class FilledPart(NamedTuple):
    """A stretch of a script, from `start` up to but not including `end`, and the text that takes its place."""

    start: int
    end: int
    text: str


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line, with those that continue it after a backslash."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        while end >= 0 and text[max(start, end - 2) : end].rstrip("\r").endswith("\\"):
            end = text.find("\n", end + 1)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def spelled(name: str) -> str:
    """The shell's own spelling of what is not known."""
    return "${" + (re.sub(r"\W+", "_", name[:LENGTH_MAX]).strip("_") or "_") + "}"


class Filling(Struct):
    """Fills in the scripts of one file, within one limit for all of them. `name` is the file's."""

    name: str
    left: int = EXPANDED_MAX

    def fill(self, script: Script, parts: Iterable[FilledPart]) -> Script:
        """The script with its parts filled in; they stand in order, and none in another.

        Raises MalformedError over the limit.
        """
        self._take(len(script.text))
        texts: list[str] = []
        kept: list[FilledPart] = []
        at = 0
        for part in parts:
            self._take(len(part.text))
            texts += (script.text[at : part.start], part.text)
            kept.append(part)
            at = part.end
        texts.append(script.text[at:])
        return Script("".join(texts), script.whole, lambda: _offsets(script, kept)) if kept else script

    def _take(self, length: int) -> None:
        self.left -= length
        if self.left < 0:
            raise MalformedError(f"{self.name}: its recipes grow over the limit of {EXPANDED_MAX} characters")


def _offsets(script: Script, parts: Sequence[FilledPart]) -> Sequence[int]:
    written = script.offsets
    if len(written) != len(script.text):  # where it stands is not known
        return ()
    offsets: list[int] = []
    at = 0
    for part in parts:
        offsets += [*written[at : part.start], *_ends(part, written)]
        at = part.end
    return [*offsets, *written[at:]]


def _ends(part: FilledPart, written: Sequence[int]) -> list[int]:
    """A word that is one part stands where that does; what is only a part of it stands nowhere."""
    if len(part.text) < 2:  # noqa: PLR2004 - a first and a last character
        return [UNMAPPED] * len(part.text)
    return [written[part.start], *([UNMAPPED] * (len(part.text) - 2)), written[part.end - 1]]
