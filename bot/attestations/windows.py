"""Large JSON documents, whose lists are parsed some elements at a time by a parser that is not written in Python.

A window is cut where an element seems to begin: behind what stood between the elements before. If what is in front of
the cut is JSON when it is put into a list, it is whole elements. If not, the cut was wrong, or the document is: the
elements of this window are read one by one as in a small document, and that decides.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import pydantic_core

from bot.attestations.json_syntax import require_large_json
from bot.attestations.limits import LARGE
from bot.attestations.scan import Scan
from bot.attestations.stepping import BRACKETS_MAX
from bot.attestations.walk import Built, Shapes, Walk
from bot.oci.documents import parse_plain

WINDOW: Final = 16 * 1024
"""Bytes that are parsed at once. What is built of them takes some thirty times as much memory at most."""

BUILT_MAX: Final = 256 * 1024
"""Bytes of a value that is built to see whether it is JSON; the patterns take 30 ms to compile."""

_BEGINS: Final = re.compile(rb'\{[ \t\r\n]*+"[^"\\]{0,80}+"[ \t\r\n]*+:|.', re.DOTALL)
"""How an element begins: an object with its first key, which is mostly the same."""

_GAP_MAX: Final = 1024
"""Bytes between two elements, the comma and blanks, that are looked for to find where the next ones begin."""

_LEVEL_MORE: Final = 1
"""pydantic-core parses one level more than DEPTH_MAX."""


def has_windows(data: bytes, at: int = 0) -> bool:
    """Whether the document is large, and cannot have too many brackets: those within strings are counted, too."""
    return len(data) - at >= LARGE and data.count(b"{", at) + data.count(b"[", at) <= BRACKETS_MAX


class WindowScan(Scan):
    """A scan of a document that has windows. One that is `strict` steps over nothing but JSON."""

    def __init__(self, data: bytes, *, what: str, at: int = 0, strict: bool = False) -> None:
        super().__init__(data, what=what, at=at)
        self._strict = strict

    def again(self, at: int) -> Scan:
        """See `Scan.again`; what it steps over was stepped over before."""
        return WindowScan(self.data, what=self.what, at=at)

    def _has_few(self, _at: int) -> bool:
        return True

    def built(self, *wanted: str, mentioning: tuple[bytes, ...] = ()) -> Iterator[list[Any]]:
        """See `Scan.built`. Some elements come with more than was wanted, and may be anything."""
        for start, end, elements in self._windows():
            if elements is None:
                yield from self._one(wanted, mentioning)
            elif not mentioning or self._mentioned(start, end, mentioning):
                yield elements

    def walked(self, mentioning: tuple[bytes, ...] = ()) -> Iterator[Walk]:
        """See `Scan.walked`; some elements come although they do not mention it."""
        shapes = Shapes()
        for start, end, elements in self._windows():
            if elements is None:
                yield from self._visited(mentioning)
            elif not mentioning or self._mentioned(start, end, mentioning):
                # Parsed again, so that equal keys are seen; by this parser alone half a character would do.
                text = f"[{self.data[start:end].decode()}]"
                yield from Built.elements_of(text, shapes, what=self.what)

    def skip(self) -> tuple[int, int]:
        """Step over the value here, which has to be JSON if the scan is strict. A list is stepped over by windows."""
        if not self._strict or not self.sees(b"["):
            return super().skip()
        start = self.at
        for _, _, elements in self._windows():
            if elements is None:
                super().skip()
        return start, self.at

    def _check(self, start: int, end: int) -> None:
        if not self._strict:
            return
        if end - start <= BUILT_MAX:
            parse_plain(self.data[start:end], what=self.what)
        else:
            require_large_json(memoryview(self.data)[start:end], what=self.what)

    def _one(self, wanted: tuple[str, ...], mentioning: tuple[bytes, ...]) -> Iterator[list[Any]]:
        if not mentioning or self.mentions(b"\\", *mentioning):
            yield [self.fields(*wanted) if wanted else self.text()]

    def _visited(self, mentioning: tuple[bytes, ...]) -> Iterator[Walk]:
        before = self.at
        if not mentioning or self.mentions(b"\\", *mentioning):
            yield self
            if self.at == before:
                super().skip()

    def _mentioned(self, start: int, end: int, literals: tuple[bytes, ...]) -> bool:
        return any(self.data.find(literal, start, end) >= 0 for literal in (b"\\", *literals))

    def _windows(self) -> Iterator[tuple[int, int, list[Any] | None]]:
        """The elements of the list here, some at a time, with where they stand.

        Instead of elements that are not built there is None, once for each, and the scan stands at it: whoever takes
        it steps over it.
        """
        if self._takes(b"null"):
            return
        self._expect(b"[")
        self._enter()
        closed = self._takes(b"]")
        self._space()
        gap, begin, until = 0, b"", self.at
        while not closed:
            at = self.at
            if at >= until:
                cut = self.data.rfind(begin, at + 1, at + WINDOW) if begin else -1
                elements = self._parsed(at, cut) if cut > 0 else None
                if elements is not None:
                    self.at = cut + gap
                    yield at, cut, elements
                    continue
                until = at + WINDOW if begin else at
            yield at, at, None
            end = self.at
            closed = self._ends(b"]")
            self._space()
            if self.at >= until:
                gap, begin = self._between(end)
        self._depth -= 1

    def _between(self, end: int) -> tuple[int, bytes]:
        """What stands between the element that ended there and the one here, with how that one begins."""
        gap = self.at - end
        match = _BEGINS.match(self.data, self.at)
        return (gap, self.data[end : match.end()]) if match and gap <= _GAP_MAX else (0, b"")

    def _parsed(self, start: int, end: int) -> list[Any] | None:
        """These bytes as the elements of a list that is as deep as this one; None if they are not.

        Bytes that close that list and open another one would be JSON, too; then a list around them has two.
        """
        levels = self._depth + _LEVEL_MORE
        wrapped = b"[" * levels + self.data[start:end] + b"]" * levels
        try:
            found = pydantic_core.from_json(wrapped, allow_inf_nan=False, cache_strings="keys")
        except ValueError:
            return None
        for _ in range(levels - 1):
            if len(found) != 1:
                return None
            found = found[0]
        return found if isinstance(found, list) else None
