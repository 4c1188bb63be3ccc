"""Does a text look random? By its bits a character, and by how often letters and digits take turns."""

import math
import re
from collections import Counter
from itertools import pairwise
from typing import Final

CHUNK_MIN: Final = 20
"""Characters without a separator, at least, in a random text that goes by a name which says nothing."""

RANDOM_MAX: Final = 128
"""Characters of it, at most; longer ones are documents that somebody encoded."""

BITS_MIN: Final = 3.4
"""Bits a character of such a text; 20 random letters and digits have about 3.9, a name in CamelCase about 3.3."""

CHANGES_MIN: Final = 0.15
"""Changes between letter and digit, a character; random texts have 0.27 and more, names with numbers less."""

_RANDOM: Final = re.compile(rf"[A-Za-z0-9+/_-]{{{CHUNK_MIN},{RANDOM_MAX}}}={{0,2}}", re.ASCII)
_CHUNK: Final = re.compile(rf"[A-Za-z0-9]{{{CHUNK_MIN},{RANDOM_MAX}}}", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-fA-F]+")


def entropy(text: str) -> float:
    """Bits a character, by the frequencies within the text (Shannon); 0 for an empty text."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values())


def is_random(value: str) -> bool:
    """Whether the text has a chunk of random letters and digits. Digests do not count: everybody publishes them."""
    if not _RANDOM.fullmatch(value):
        return False
    return any(not _HEX.fullmatch(chunk) and _is_mixed(chunk) for chunk in _CHUNK.findall(value))


def _is_mixed(chunk: str) -> bool:
    changes = sum(one.isdigit() != other.isdigit() for one, other in pairwise(chunk))
    lower = any(sign.islower() for sign in chunk)
    return lower and changes >= CHANGES_MIN * len(chunk) and entropy(chunk) >= BITS_MIN
