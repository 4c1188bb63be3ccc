"""JSON that may be long, as text for the store: compressed, and never larger than it may be when it is unpacked."""

import base64
import zlib
from typing import Final

PLAIN: Final = "{"
PACKED: Final = "z"
COMPRESS_OVER: Final = 8 * 1024
"""Characters; less is kept as it is, and is read with any tool."""


def packed(text: str) -> str:
    """The text of a JSON object, compressed when it is long."""
    if len(text) <= COMPRESS_OVER:
        return text
    return PACKED + base64.b85encode(zlib.compress(text.encode(), level=3)).decode()


def unpacked(text: str, *, most: int) -> str | None:
    """The JSON again; None when it is not ours, or has more than `most` bytes: a small text may hold a bomb."""
    if text.startswith(PLAIN):
        return text if len(text) <= most else None
    if not text.startswith(PACKED):
        return None
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(base64.b85decode(text[len(PACKED) :]), most)
        return data.decode() if unpacker.eof else None
    except (ValueError, zlib.error):
        return None
