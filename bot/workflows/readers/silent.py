"""Scripts that were seen to do nothing, neither to images nor for later steps: such a script is not read again.

Most are so, and each stands in several files, or in one that is read again after it is fixed.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LENGTH_MAX: Final = 8_192
"""Characters; a longer script is read each time."""
SCRIPTS_MAX: Final = 512
"""Scripts that are kept."""


@dataclass(slots=True)
class Seen:
    """What was seen of a script the last time."""

    does_nothing: bool = False


@lru_cache(maxsize=SCRIPTS_MAX)
def _kept(_text: str, _about: tuple[object, ...]) -> Seen:
    return Seen()


def seen(text: str, *about: object) -> Seen:
    """What is kept of this script; `about` is all else that decides what it does, by value."""
    return _kept(text, about) if len(text) <= LENGTH_MAX else Seen()
