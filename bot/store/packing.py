"""Texts are kept compressed, if they are not short. A text that begins with a mark is; JSON never does.

A single report is small and full of words that are in every report: compressed by itself it keeps a quarter of its
length, with the words of packing_words.txt known before a tenth or less.
"""

import base64
import zlib
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Final

from bot.errors import StoreError

SHORT: Final = 256
"""Characters up to which a text is kept as it is."""

MARK: Final = "z2 "
"""Compressed with zlib and the words of packing_words.txt, written in base 85."""

PLAIN_MARK: Final = "z1 "
"""Without those words, as schemas 1 and 2 did. It is read, and not written any more."""


RECENT_MAX: Final = 64
"""Texts that this process packed last. An image's report and messages are read again a moment after they are stored."""

RECENT_BYTES: Final = 64 * 1024
"""Of one of them; the report on an image with two platforms has 14,000."""

_recent: OrderedDict[str, tuple[str, int]] = OrderedDict()
"""What is kept, and what it was with its bytes. Each step is one of C: what a thread packs may come in between."""


@cache
def _words() -> bytes:
    """A report and the messages of a thread. They never change: what was compressed with them needs them to be read."""
    return (Path(__file__).parent / "packing_words.txt").read_bytes()


@cache
def _packer() -> "zlib._Compress":
    """One that knows the words and has read nothing: to copy it takes a sixth of making one."""
    return zlib.compressobj(zdict=_words())


def packed(text: str) -> str:
    """The text as it is kept."""
    if len(text) <= SHORT:
        return text
    packer, data = _packer().copy(), text.encode()
    kept = MARK + base64.b85encode(packer.compress(data) + packer.flush()).decode()
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
    if text.startswith(MARK):
        unpacker = zlib.decompressobj(zdict=_words())
    elif text.startswith(PLAIN_MARK):
        unpacker = zlib.decompressobj()
    else:
        return text
    try:
        data = unpacker.decompress(base64.b85decode(text[len(MARK) :]), most)
        if unpacker.eof:
            return data.decode()
    except (ValueError, zlib.error) as error:  # UnicodeDecodeError is a ValueError
        raise StoreError("a compressed text in the store cannot be read", retry_after=None) from error
    raise StoreError(f"a compressed text in the store has more than {most} bytes", retry_after=None)
