"""A file's text, and places in it: offsets count characters, lines and columns begin at 1."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

SIZE_MAX: Final = 512 * 1024
"""Characters of one file; a workflow of 2,000 lines has about 80,000."""


class Place(NamedTuple):
    """A stretch of a file's text, from `start` up to but not including `end`. A tuple, as there are many."""

    start: int
    end: int


Asked: TypeAlias = tuple[tuple[re.Pattern[str], str], bool]
"""What `SourceText.mentions` was asked, and its answer."""


@dataclass(frozen=True)
class SourceText:
    """One file as it was read: nothing about its newlines, tabs or byte order mark is changed.

    `published` are registries in which people look for images, though their names are those of this machine's.
    `mentioned` is what was asked of the whole text so far, and the answers.
    """

    name: str
    text: str
    published: frozenset[str] = frozenset()
    mentioned: dict[tuple[re.Pattern[str], str], bool] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def mentions(self, pattern: re.Pattern[str], word: str = "") -> bool:
        """Whether the pattern matches anywhere; looked for once, as rules ask it for each of a thousand builds.

        `word` is a part of everything that the pattern matches; to look for it first is quicker.
        """
        asked = pattern, word
        if asked not in self.mentioned:
            self.mentioned[asked] = word in self.text and pattern.search(self.text) is not None
        return self.mentioned[asked]

    @cached_property
    def _line_starts(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset; a byte order mark takes no column."""
        line = bisect_right(self._line_starts, offset)
        start = self._line_starts[line - 1]
        mark = line == 1 and self.text.startswith("\ufeff") and offset > 0
        return line, offset - start + 1 - mark

    def line_start(self, offset: int) -> int:
        """Where the line that holds this offset begins."""
        return self._line_starts[bisect_right(self._line_starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where that line ends, before its newline."""
        at = self.text.find("\n", offset)
        end = len(self.text) if at < 0 else at
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end

    def newline(self) -> str:
        """What this file ends its lines with; by its first line."""
        at = self.text.find("\n")
        return "\r\n" if at > 0 and self.text[at - 1] == "\r" else "\n"

    def indentation(self, offset: int) -> str:
        """The blanks before an offset on its line, when there is nothing else before it; else as many spaces."""
        before = self._before(offset)
        return before if not before.strip(" \t") else " " * len(before)

    def begins_line(self, offset: int) -> bool:
        """Whether only blanks stand before this offset on its line."""
        return not self._before(offset).strip(" \t")

    def _before(self, offset: int) -> str:
        """What stands before it on its line; to YAML, a lone carriage return ends one, too."""
        return self.text[self.line_start(offset) : offset].rpartition("\r")[2].removeprefix("\ufeff")
