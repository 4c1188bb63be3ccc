"""A script inside a file, and the place in the file of each of its characters."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.workflows.nodes import Scalar
from bot.workflows.text import Place, SourceText

UNMAPPED = -1
_STRETCHES = re.compile(r"\S(?:[^\n]*\S)?"), re.compile(r"\S+"), re.compile(r"\S")
"""Lines without the blanks around them, words, and characters."""


@dataclass(frozen=True)
class Script:
    """A script's text; `whole` is where it stands at all.

    `mapped` gives each character's offset in the file, or UNMAPPED. It is asked once, if a place in it matters at all.
    """

    text: str
    whole: Place
    mapped: Callable[[], Sequence[int]] = field(default=tuple, repr=False, compare=False)

    @cached_property
    def offsets(self) -> Sequence[int]:
        """The place in the file of each character; of none where that is not known."""
        return self.mapped()

    def place(self, start: int, end: int) -> Place | None:
        """Where a stretch of the script, that begins and ends with no blank, stands in the file; None: unknown."""
        if not 0 <= start < end <= len(self.offsets):
            return None
        first, last = self.offsets[start], self.offsets[end - 1]
        return None if UNMAPPED in (first, last) else Place(first, last + 1)


def of_scalar(source: SourceText, scalar: Scalar) -> Script:
    """The script that a YAML text holds."""
    return Script(scalar.value, scalar.place, lambda: _offsets_of(source, scalar))


def _offsets_of(source: SourceText, scalar: Scalar) -> Sequence[int]:
    """The place of each of its characters.

    YAML changes nothing but blanks in block, plain and quoted texts, unless something is escaped. So the n-th line of
    the script is the n-th one of the source; where YAML folds lines, the n-th word; where a word is written in two, the
    n-th character that is not a blank. Where none of that holds, nothing is mapped.
    """
    start, end = scalar.place.start, scalar.place.end
    if scalar.style in {"|", ">"}:
        start = min(end, source.line_end(start))
    elif scalar.style:
        start, end = start + 1, end - 1
    for stretch in _STRETCHES:
        if stretch.findall(scalar.value) == stretch.findall(source.text, start, end):
            break
    else:
        return ()
    offsets = [UNMAPPED] * len(scalar.value)
    spans = zip(stretch.finditer(scalar.value), stretch.finditer(source.text, start, end), strict=True)
    for read, written in spans:
        offsets[read.start() : read.end()] = range(*written.span())
    return offsets


def of_file(source: SourceText) -> Script:
    """A file that is a script from its first line to its last."""
    length = len(source.text)
    return Script(source.text, Place(0, length), lambda: range(length))
