"""JSON read from its bytes in one pass: what is not asked for is skipped and never built.

An SBOM of 20 MB as Python objects would cost some 200 MB. What is asked for is read by a real parser.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bot.attestations.stepping import CLOSING, STRING, JsonStepper
from bot.errors import OverLimitError, RepeatedKeyError
from bot.oci.ambiguity import ObjectKeys
from bot.oci.documents import parse, parse_plain

if TYPE_CHECKING:
    from bot.attestations.walk import Walk

T = TypeVar("T")

VALUE_MAX: Final = 256 * 1024
"""Bytes of one value that is built."""

SPARSE: Final = 16
"""Bytes of each value of a list that becomes objects of ours, which may take a kilobyte. `{},` has three bytes."""

SMALL_MAX: Final = 64 * 1024
"""Bytes of an object that is built whole, which is faster than walking over it."""

_AFTER: Final = re.compile(rb"[ \t\r\n]*+([,\]}])")
_MEMBER: Final = re.compile(rb"[ \t\r\n]*+(?P<key>" + STRING + rb")[ \t\r\n]*+:[ \t\r\n]*+", re.DOTALL)


class Scan(JsonStepper):
    """Reads the values at its position, or steps over them."""

    def again(self, at: int) -> "Scan":
        """Another scan of the same document, from that byte on, where a value begins."""
        return Scan(self.data, what=self.what, at=at, brackets=self._brackets_max)

    def members(self, *wanted: str, repeated: bool = False) -> Iterator[str]:
        """The wanted keys of the object here, each with the scan at its value; null is an object without keys.

        Whoever takes a key reads its value or leaves it alone, and takes all of them. `repeated`: a key that stands
        twice comes twice. Raises RepeatedKeyError without it.
        """
        seen: set[str] = set()
        keys = ObjectKeys(wanted)
        for _ in self._items(b"{"):
            key = self._key()
            keys.look(key, what=self.what)
            if key not in wanted:
                self.skip()
                continue
            if key in seen and not repeated:
                raise RepeatedKeyError(f"{self.what} can be read in two ways: the key {key!r} occurs twice")
            seen.add(key)
            yield from self._visit(key)

    def elements(self) -> Iterator[None]:
        """The elements of the array here, each with the scan at it; null is an empty array."""
        for _ in self._items(b"["):
            yield from self._visit(None)

    def value(self, limit: int = VALUE_MAX) -> Any:  # noqa: ANN401 - JSON is anything
        """The value here, built; at most `limit` bytes of JSON."""
        return parse_plain(self._bytes(limit), what=self.what)

    def sparse(self, limit: int) -> Any:  # noqa: ANN401 - JSON is anything
        """The value here like `value`, which has one value in it for each SPARSE bytes of the limit at most."""
        return parse_plain(self._sparse(limit), what=self.what)

    def document(self, limit: int) -> Any:  # noqa: ANN401 - JSON is anything
        """The value here like `sparse`, and equal keys in it are reported."""
        return parse(self._sparse(limit), what=self.what)

    def _bytes(self, limit: int) -> bytes:
        start, end = self._step()
        if end - start > limit:
            raise OverLimitError(f"{self.what} has a value of {end - start} bytes, at most {limit} are read")
        return self.data[start:end]

    def _sparse(self, limit: int) -> bytes:
        data = self._bytes(limit)
        values = data.count(b",") + data.count(b"{") + data.count(b"[")
        if values > limit // SPARSE:
            raise OverLimitError(
                f"{self.what} has some {values} values in one place, at most {limit // SPARSE} are read"
            )
        return data

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
        closed = self._takes(CLOSING[opening])
        while not closed:
            yield None
            closed = self._ends(CLOSING[opening])
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
