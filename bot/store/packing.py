"""Long texts are kept compressed. A text that begins with MARK is; JSON never does."""

import base64
import zlib
from typing import Final

from bot.errors import StoreError

LONG: Final = 8 * 1024
"""Characters from which a text is worth compressing."""

MARK: Final = "z1 "
"""Compressed with zlib, written in base 85."""


def packed(text: str) -> str:
    """The text as it is kept."""
    return text if len(text) <= LONG else MARK + base64.b85encode(zlib.compress(text.encode())).decode()


def unpacked(text: str, *, most: int) -> str:
    """The text again. Raises StoreError when it is broken or over `most` bytes: a small one may hold a bomb."""
    if not text.startswith(MARK):
        return text
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(base64.b85decode(text[len(MARK) :]), most)
        if unpacker.eof:
            return data.decode()
    except (ValueError, zlib.error) as error:  # UnicodeDecodeError is a ValueError
        raise StoreError("a compressed text in the store cannot be read", retry_after=None) from error
    raise StoreError(f"a compressed text in the store has more than {most} bytes", retry_after=None)
