"""Whether bytes are JSON, seen in one pass; of large documents nothing is built.

`Scan` skips values that are not needed by counting brackets alone. They must still be valid JSON: other readers reject
the whole document, so they would find no SBOM where we count one.
https://www.rfc-editor.org/rfc/rfc8259
"""

import re
from codecs import getincrementaldecoder
from functools import cache
from typing import Final

from msgspec import Struct

from bot.errors import MalformedError, OverLimitError
from bot.oci.documents import parse_plain

DEPTH_MAX: Final = 200
"""Levels, as pydantic-core's own limit."""

SMALL_MAX: Final = 512 * 1024
"""Bytes of a document that is built to see whether it can be; the patterns take 30 ms to compile."""

_AT_ONCE: Final = 3
"""Levels that one pattern matches, as a package of an SPDX document has; what is deeper is walked over one by one."""

_WIDE: Final = 32
"""Members of one list or object that it matches. While it looks, nothing else runs in this process."""

_CHUNK: Final = 64 * 1024
"""Bytes that are decoded at once to see that they are UTF-8."""

_SPACE: Final = rb"[ \t\r\n]*+"
_HALF: Final = rb"[Dd][89ABab][0-9A-Fa-f]{2}"
_OTHER_HALF: Final = rb"[Dd][C-Fc-f][0-9A-Fa-f]{2}"
_ESCAPE: Final = rb'\\(?:["\\/bfnrt]|u(?:(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}|' + _HALF + rb"\\u" + _OTHER_HALF + rb"))"
"""A surrogate alone is not a character: some readers refuse the document, others put another character in its place."""
_STRING: Final = rb'"[^"\\\x00-\x1f]*+(?:' + _ESCAPE + rb'[^"\\\x00-\x1f]*+)*+"'
_NUMBER: Final = rb"(?!-?[0-9]{4301})-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?+[0-9]++)?+"
"""Of at most 4,300 digits before the point, as Python and pydantic-core: some readers refuse more, others take them."""
_FLAT: Final = rb"true|false|null|" + _STRING + rb"|" + _NUMBER

_KEY: Final = _STRING + _SPACE + rb":" + _SPACE
_NAME: Final = re.compile(_KEY)
_BLANK: Final = re.compile(_SPACE)
_OPENING: Final = re.compile(rb"([\[{])" + _SPACE)
_NEXT: Final = re.compile(_SPACE + rb"([,\]}])" + _SPACE)
_CLOSING: Final = {b"[": b"]", b"{": b"}"}


def require_json(data: bytes, *, what: str, small: int = SMALL_MAX) -> None:
    """Raises MalformedError when the bytes are not one JSON document in UTF-8, OverLimitError when it is too deep."""
    if len(data) <= small:
        parse_plain(data, what=what)
    else:
        require_large_json(data, what=what)


def require_large_json(data: bytes | memoryview, *, what: str) -> None:
    """The same for any size, and nothing is built."""
    _require_utf8(data, what)
    _Walk(data, what).document()


def _require_utf8(data: bytes | memoryview, what: str) -> None:
    decoder = getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise MalformedError(f"{what} is not JSON: {error.reason}") from error


class _Patterns(Struct, frozen=True):
    """`value` is one of at most so many levels and members; the others are some members of one list or object.

    Each of those has a comma behind it, so that one more must follow.
    """

    value: re.Pattern[bytes]
    items: re.Pattern[bytes]
    members: re.Pattern[bytes]


@cache
def _patterns() -> _Patterns:
    """Compiled when first used."""
    value, wide = _FLAT, b"{0,%d}+" % _WIDE
    for _ in range(_AT_ONCE):
        one = rb"(?:" + value + rb")" + _SPACE
        # After a member stands a comma and another one, or the end.
        members = rb"(?:" + _KEY + one + rb"(?:," + _SPACE + rb"(?!\})|(?=\})))" + wide
        items = rb"(?:" + one + rb"(?:," + _SPACE + rb"(?!\])|(?=\])))" + wide
        value = _FLAT + rb"|\{" + _SPACE + members + rb"\}|\[" + _SPACE + items + rb"\]"
    comma = rb"(?:" + value + rb")" + _SPACE + rb"," + _SPACE
    return _Patterns(
        re.compile(value), re.compile(rb"(?:" + comma + rb")" + wide), re.compile(rb"(?:" + _KEY + comma + rb")" + wide)
    )


class _Walk:
    """A walk over what a pattern does not reach. It looks at no byte more often than it has levels."""

    def __init__(self, data: bytes | memoryview, what: str) -> None:
        self._data = data
        self._what = what
        self._at = 0
        self._open: list[bytes] = []  # what closes each list and object around this place

    def document(self) -> None:
        """All of the bytes."""
        self._take(_BLANK)
        self._element()
        while self._open:
            sign = self._take(_NEXT)
            if sign == b",":
                self._member()
            elif sign != self._open.pop():
                raise self._malformed()
        self._take(_BLANK)
        if self._at != len(self._data):
            raise self._malformed()

    def _element(self) -> None:
        """Step over a value, or into it when it is deeper. One that is empty is not."""
        if match := _patterns().value.match(self._data, self._at):
            self._at = match.end()
            return
        self._open.append(_CLOSING[self._take(_OPENING)])
        if len(self._open) > DEPTH_MAX:
            raise OverLimitError(f"{self._what} has more than DEPTH_MAX = {DEPTH_MAX} levels")
        self._member()

    def _member(self) -> None:
        """Step over some members of the list or object here, and over the one behind them."""
        if self._open[-1] == b"}":
            self._take(_patterns().members)
            self._take(_NAME)
        else:
            self._take(_patterns().items)
        self._element()

    def _take(self, pattern: re.Pattern[bytes]) -> bytes:
        match = pattern.match(self._data, self._at)
        if match is None:
            raise self._malformed()
        self._at = match.end()
        return match[match.lastindex or 0]

    def _malformed(self) -> MalformedError:
        return MalformedError(f"{self._what} is not JSON: at byte {self._at}")
