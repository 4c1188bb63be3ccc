"""Texts are kept compressed, if they are not short. A text that begins with a mark is; JSON never does.

A single report is small and full of words that are in every report: compressed by itself it keeps a quarter of its
length, with the words of packing_words_3.txt known before a twentieth or less. Those are some messages and a report as
they are: whoever changes how many of them read adds another file with another mark, and leaves the old ones.
"""

import base64
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from bot.errors import StoreError

SHORT: Final = 256
"""Characters up to which a text is kept as it is."""

MARK: Final = "z3 "
"""Compressed with zlib and WORDS, written in base 64.

Base 85 is 6 % shorter, and takes a hundred times as long: the standard library has it in Python.
"""

WORDS: Final = "packing_words_3.txt"
"""Reports and messages. They never change: what was compressed with them needs them to be read."""

READ: Final[Mapping[str, tuple[str, Callable[[str], bytes]]]] = {
    "z1 ": ("", base64.b85decode),  # of schemas 1 and 2
    "z2 ": ("packing_words.txt", base64.b85decode),  # of 3 and 4
    MARK: (WORDS, base64.b64decode),
}
"""Each mark, with the words and what reads the letters. zlib's own sum shows whether the bytes are right."""

RECENT_MAX: Final = 64
"""Texts that this process packed last. An image's report and messages are read again a moment after they are stored."""

RECENT_BYTES: Final = 64 * 1024
"""Of one of them; the report on an image with two platforms has 14,000."""

_recent: OrderedDict[str, tuple[str, int]] = OrderedDict()
"""What is kept, and what it was with its bytes. Each step is one of C: what a thread packs may come in between."""


@cache
def _words(name: str) -> bytes:
    return (Path(__file__).parent / name).read_bytes() if name else b""


@cache
def _packer() -> "zlib._Compress":
    """One that knows the words and has read nothing: to copy it takes a sixth of making one."""
    return zlib.compressobj(zdict=_words(WORDS))


def packed(text: str) -> str:
    """The text as it is kept."""
    if len(text) <= SHORT:
        return text
    packer, data = _packer().copy(), text.encode()
    kept = MARK + base64.b64encode(packer.compress(data) + packer.flush()).decode()
    if len(data) <= RECENT_BYTES:
        _recent[kept] = (text, len(data))
        if len(_recent) > RECENT_MAX:
            _recent.popitem(last=False)
    return kept


def unpacked(text: str, *, most: int) -> str:
    """The text again. Raises StoreError when it is broken or over `most` bytes: a small one may hold a bomb."""
    known, size = _recent.get(text, ("", 0))
    if known and size <= most:
        return known
    if text[: len(MARK)] not in READ:
        return text
    words, decoded = READ[text[: len(MARK)]]
    unpacker = zlib.decompressobj(zdict=_words(words))
    try:
        data = unpacker.decompress(decoded(text[len(MARK) :]), most)
        if unpacker.eof:
            return data.decode()
    except (ValueError, zlib.error) as error:  # UnicodeDecodeError is a ValueError
        raise StoreError("a compressed text in the store cannot be read", retry_after=None) from error
    raise StoreError(f"a compressed text in the store has more than {most} bytes", retry_after=None)
