"""A script inside a file, and the place in the file of each of its characters."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.workflows.nodes import Scalar
from bot.workflows.text import Place, SourceText

UNMAPPED = -1
_WORD = re.compile(r"\S+")


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

    YAML changes nothing but blanks in block, plain and quoted texts, unless something is escaped: so the n-th
    character that is not a blank is the n-th one of the source. Where that does not hold, nothing is mapped.
    """
    start, end = scalar.place.start, scalar.place.end
    if scalar.style in {"|", ">"}:
        start = min(end, source.line_end(start))
    elif scalar.style:
        start, end = start + 1, end - 1
    if _squeezed(source.text[start:end]) != _squeezed(scalar.value):
        return ()
    read, written = _spans(scalar.value, 0, len(scalar.value)), _spans(source.text, start, end)
    if [last - first for first, last in read] != [last - first for first, last in written]:  # a word is written in two
        read, written = _characters(read), _characters(written)
    offsets = [UNMAPPED] * len(scalar.value)
    for (first, last), (begin, stop) in zip(read, written, strict=True):
        offsets[first:last] = range(begin, stop)
    return offsets


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where each word stands: what has no blank in it."""
    return [found.span() for found in _WORD.finditer(text, start, end)]


def _characters(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same, of each of their characters."""
    return [(at, at + 1) for span in spans for at in range(*span)]


def of_file(source: SourceText) -> Script:
    """A file that is a script from its first line to its last."""
    length = len(source.text)
    return Script(source.text, Place(0, length), lambda: range(length))
