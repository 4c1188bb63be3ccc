"""JSON read from its bytes in one pass: what is not asked for is skipped and never built.

An SBOM of 20 MB as Python objects would cost some 200 MB. What is skipped is checked for balanced brackets and closed
strings, not for commas and colons; what is asked for is read by a real parser.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bot.attestations.limits import LARGE
from bot.errors import MalformedError, OverLimitError
from bot.oci.ambiguity import ObjectKeys
from bot.oci.documents import parse, parse_plain

if TYPE_CHECKING:
    from bot.attestations.walk import Walk

T = TypeVar("T")

DEPTH_MAX: Final = 200
"""Levels, as pydantic-core's own limit."""

BRACKETS_MAX: Final = 2_000_000
"""Brackets of one document; an SBOM of 20 MB has about 200,000. Ten times as many MB of `[]` would take minutes."""

VALUE_MAX: Final = 256 * 1024
"""Bytes of one value that is built."""

SMALL_MAX: Final = 64 * 1024
"""Bytes of an object that is built whole, which is faster than walking over it."""

# Possessive, so that neither time nor memory grows with a hostile string.
_STRING: Final = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TO_BRACKET: Final = re.compile(rb'(?:[^"{}\[\]]++|' + _STRING + rb")*+([{}\[\]])", re.DOTALL)
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
_AFTER: Final = re.compile(rb"[ \t\r\n]*+([,\]}])")
_MEMBER: Final = re.compile(rb"[ \t\r\n]*+(?P<key>" + _STRING + rb")[ \t\r\n]*+:[ \t\r\n]*+", re.DOTALL)
_BLANK: Final = ord(" ")  # JSON's other blanks are below it
_FLAT: Final = re.compile(_STRING + rb"|true|false|null|-?[0-9][0-9.eE+-]*+", re.DOTALL)

_CLOSING: Final = {b"{": b"}", b"[": b"]"}
_CLOSED_BY: Final = {ord(opening): ord(closing) for opening, closing in _CLOSING.items()}


class Scan:
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

    def again(self, at: int) -> "Scan":
        """Another scan of the same document, from that byte on, where a value begins."""
        return Scan(self.data, what=self.what, at=at, brackets=self._brackets_max)

    def _has_few(self, at: int) -> bool:
        if len(self.data) - at < LARGE:
            return False
        written = self.data.count(b"{", at) + self.data.count(b"[", at)  # those within strings, too
        return written * _VISITS_MAX <= self._brackets_max

    def members(self, *wanted: str) -> Iterator[str]:
        """The wanted keys of the object here, each with the scan at its value; null is an object without keys.

        Whoever takes a key reads its value or leaves it alone, and takes all of them.
        """
        seen: set[str] = set()
        keys = ObjectKeys(wanted)
        for _ in self._items(b"{"):
            key = self._key()
            keys.look(key, what=self.what)
            if key not in wanted:
                self.skip()
                continue
            if key in seen:
                raise self._malformed(f"{key!r} occurs twice")
            seen.add(key)
            yield from self._visit(key)

    def elements(self) -> Iterator[None]:
        """The elements of the array here, each with the scan at it; null is an empty array."""
        for _ in self._items(b"["):
            yield from self._visit(None)

    def value(self, limit: int = VALUE_MAX) -> Any:  # noqa: ANN401 - JSON is anything
        """The value here, built; at most `limit` bytes of JSON."""
        start, end = self._step()
        if end - start > limit:
            raise OverLimitError(f"{self.what} has a value of {end - start} bytes, at most {limit} are read")
        return parse_plain(self.data[start:end], what=self.what)

    def document(self, limit: int) -> Any:  # noqa: ANN401 - JSON is anything
        """The value here like `value`, and equal keys in it are reported."""
        start, end = self._step()
        if end - start > limit:
            raise OverLimitError(f"{self.what} has a value of {end - start} bytes, at most {limit} are read")
        return parse(self.data[start:end], what=self.what)

    def fields(self, *wanted: str) -> dict[str, Any]:
        """Those members of the object here, built: at once when it is small, else one by one."""
        start, end = self._step()
        if end - start > SMALL_MAX:
            self.at = start
            return {key: self.value() for key in self.members(*wanted)}
        whole = parse_plain(self.data[start:end], what=self.what)
        return {key: whole[key] for key in wanted if key in whole} if isinstance(whole, dict) else {}

    def text(self, limit: int = VALUE_MAX) -> str:
        """The string here; "" when it is something else."""
        value = self.value(limit) if self.sees(b'"') else self.skip()
        return value if isinstance(value, str) else ""

    def sees(self, byte: bytes) -> bool:
        """Whether the value here begins with that byte: `{`, `[` or a quote."""
        self._space()
        return self.data.startswith(byte, self.at)

    def mentions(self, *literals: bytes) -> bool:
        """Whether the value here contains any of them; if so the scan stays at it, else it steps over it."""
        start, end = self.skip()
        found = any(self.data.find(literal, start, end) >= 0 for literal in literals)
        if found:
            self.at = start
        return found

    def built(self, *wanted: str, mentioning: tuple[bytes, ...] = ()) -> Iterator[list[Any]]:
        """The elements of the array here, built, some at a time: objects with the wanted fields at least, or texts.

        Those without a literal of `mentioning` may be left out, unless something in them is written with a backslash.
        """
        for _ in self.elements():
            if not mentioning or self.mentions(b"\\", *mentioning):
                yield [self.fields(*wanted) if wanted else self.text()]

    def walked(self, mentioning: tuple[bytes, ...] = ()) -> Iterator["Walk"]:
        """The elements of the array here, each to be walked over at once; of `mentioning`, see `built`."""
        for _ in self.elements():
            if not mentioning or self.mentions(b"\\", *mentioning):
                yield self

    def skip(self) -> tuple[int, int]:
        """Step over the value here; where it began and where it ended."""
        start, end = self._step()
        self._check(start, end)
        return start, end

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

    def end(self) -> None:
        """Nothing but space may follow."""
        self._space()
        if self.at != len(self.data):
            raise self._malformed("there is more after the document")

    def _visit(self, item: T) -> Iterator[T]:
        self._space()
        before = self.at
        yield item
        if self.at == before:
            self.skip()

    def _items(self, opening: bytes) -> Iterator[None]:
        if self._takes(b"null"):
            return
        self._expect(opening)
        self._enter()
        closed = self._takes(_CLOSING[opening])
        while not closed:
            yield None
            closed = self._ends(_CLOSING[opening])
        self._depth -= 1

    def _ends(self, closing: bytes) -> bool:
        """Whether the list or object ends here; if not, the comma is stepped over."""
        match = _AFTER.match(self.data, self.at)
        if match is not None and match[1] in (b",", closing):
            self.at = match.end()
            return match[1] == closing
        self._expect(b",")
        return False

    def _key(self) -> str:
        match = _MEMBER.match(self.data, self.at)
        if match is None:
            raise self._malformed(f"no member begins at byte {self.at}")
        self.at = match.end()
        self._check(*match.span("key"))
        key = match["key"]
        if b"\\" in key or len(key) > VALUE_MAX:
            return str(parse_plain(key, what=self.what)) if len(key) <= VALUE_MAX else ""
        return key[1:-1].decode(errors="replace")

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
