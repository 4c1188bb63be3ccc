"""A position in a JSON document that steps over values without building them.

What is stepped over is checked for balanced brackets and closed strings, not for commas and colons.
"""

import re
from functools import cache
from typing import Final

from bot.attestations.limits import LARGE
from bot.errors import MalformedError, OverLimitError

DEPTH_MAX: Final = 200
"""Levels, as pydantic-core's own limit."""

BRACKETS_MAX: Final = 2_000_000
"""Brackets of one document; an SBOM of 20 MB has about 200,000. Ten times as many MB of `[]` would take minutes."""

# Possessive, so that neither time nor memory grows with a hostile string.
STRING: Final = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TO_BRACKET: Final = re.compile(rb'(?:[^"{}\[\]]++|' + STRING + rb")*+([{}\[\]])", re.DOTALL)
_NESTED_MAX: Final = 5
"""Levels that one pattern matches at once, as an SPDX document has; what is deeper is skipped bracket by bracket."""
_VISITS_MAX: Final = 3
"""How often a bracket is stepped over at most: when a value is searched, when it is measured, and when it is walked."""


@cache
def _whole() -> re.Pattern[bytes]:
    """A list or an object of so many levels, skipped as `_TO_BRACKET` does it, but in one go."""
    string, other = rb'"[^"\\]*+(?:"|(?:\\.[^"\\]*+)++")', rb'[^"{}\[\]]*+'
    inner = b""
    for _ in range(_NESTED_MAX):
        within = other + rb"(?:(?:" + string + inner + rb")" + other + rb")*+"
        inner = rb"|\{" + within + rb"\}|\[" + within + rb"\]"
    return re.compile(inner.removeprefix(b"|"), re.DOTALL)


_SPACE: Final = re.compile(rb"[ \t\r\n]*+")
_BLANK: Final = ord(" ")  # JSON's other blanks are below it
_FLAT: Final = re.compile(STRING + rb"|true|false|null|-?[0-9][0-9.eE+-]*+", re.DOTALL)

CLOSING: Final = {b"{": b"}", b"[": b"]"}
_CLOSED_BY: Final = {ord(opening): ord(closing) for opening, closing in CLOSING.items()}


class JsonStepper:
    """A position in a JSON document. Every method raises MalformedError, which names `what`.

    `brackets`: how many lists and objects the document may have.
    """

    def __init__(self, data: bytes, *, what: str, at: int = 0, brackets: int = BRACKETS_MAX) -> None:
        self.data = data
        self.what = what
        self._depth = 0
        self._brackets = 0
        self._brackets_max = brackets
        self._uncounted = self._has_few(at)  # it cannot have too many: nobody has to count
        self.at = at

    def _has_few(self, at: int) -> bool:
        if len(self.data) - at < LARGE:
            return False
        written = self.data.count(b"{", at) + self.data.count(b"[", at)  # those within strings, too
        return written * _VISITS_MAX <= self._brackets_max

    def sees(self, byte: bytes) -> bool:
        """Whether the value here begins with that byte: `{`, `[` or a quote."""
        self._space()
        return self.data.startswith(byte, self.at)

    def skip(self) -> tuple[int, int]:
        """Step over the value here; where it began and where it ended."""
        start, end = self._step()
        self._check(start, end)
        return start, end

    def end(self) -> None:
        """Nothing but space may follow."""
        self._space()
        if self.at != len(self.data):
            raise self._malformed("there is more after the document")

    def _check(self, start: int, end: int) -> None:
        """Whether what was stepped over is JSON in all of its parts; nobody has asked."""

    def _step(self) -> tuple[int, int]:
        self._space()
        start = self.at
        if match := _FLAT.match(self.data, start):
            self.at = match.end()
        elif not self._skip_whole():
            self._skip_brackets()
        return start, self.at

    def _skip_whole(self) -> bool:
        """Step over a list or an object in one go, where no limit can be passed by that."""
        if not self._uncounted or self._depth + _NESTED_MAX > DEPTH_MAX:
            return False
        match = _whole().match(self.data, self.at)
        self.at = match.end() if match else self.at
        return match is not None

    def _skip_brackets(self) -> None:
        data, at, expected = self.data, self.at, bytearray()
        levels, rest = DEPTH_MAX - self._depth, self._brackets_max - self._brackets
        opened = 0
        while True:
            match = _TO_BRACKET.match(data, at)
            if match is None or (not expected and match.start(1) != at):
                raise self._malformed(f"no value begins at byte {at}")
            at = match.end()
            if closing := _CLOSED_BY.get(data[at - 1]):
                expected.append(closing)
                opened += 1
                if len(expected) > levels:
                    raise self._too_deep()
                if opened > rest:
                    raise self._too_many()
            elif not expected or expected.pop() != data[at - 1]:
                raise self._malformed("brackets do not match")
            if not expected:
                break
        self.at = at
        self._brackets += opened

    def _enter(self) -> None:
        self._depth += 1
        self._brackets += 1
        if self._depth > DEPTH_MAX:
            raise self._too_deep()
        if self._brackets > self._brackets_max:
            raise self._too_many()

    def _too_deep(self) -> OverLimitError:
        return OverLimitError(f"{self.what} has more than DEPTH_MAX = {DEPTH_MAX} levels")

    def _too_many(self) -> OverLimitError:
        return OverLimitError(f"{self.what} has more than BRACKETS_MAX = {self._brackets_max} lists and objects")

    def _takes(self, literal: bytes) -> bool:
        self._space()
        if not self.data.startswith(literal, self.at):
            return False
        self.at += len(literal)
        return True

    def _expect(self, literal: bytes) -> None:
        if not self._takes(literal):
            raise self._malformed(f"{literal.decode()!r} is missing at byte {self.at}")

    def _space(self) -> None:
        if self.at < len(self.data) and self.data[self.at] <= _BLANK and (match := _SPACE.match(self.data, self.at)):
            self.at = match.end()

    def _malformed(self, why: str) -> MalformedError:
        return MalformedError(f"{self.what} is not JSON: {why}")
