"""What was worked out about a short text, kept for the next time.

A file is read again after it is fixed, and once more is known of those that call it; most of its scripts and conditions
are the same then, and many stand in several files.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

LENGTH_MAX: Final = 2_048
"""Characters; a longer text is worked out anew each time. Words take up to a hundred times the memory of their text."""
TEXTS_MAX: Final = 256
"""Texts that are kept."""

T = TypeVar("T")


def kept(work: Callable[[str], T]) -> Callable[[str], T]:
    """The same work, which must depend on nothing but the text, and whose result nobody changes."""
    known = lru_cache(maxsize=TEXTS_MAX)(work)

    @wraps(work)
    def asked(text: str) -> T:
        return known(text) if len(text) <= LENGTH_MAX else work(text)

    return asked
