"""A code host that gives no answer is left alone for a moment.

Each check asks it several times, and few may ask at once. Where its name cannot be resolved, or nothing comes back,
every check would hold its slot for the whole time limit, and the worker would do nothing else.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from msgspec import Struct, field

AT_ONCE: Final = 4
"""Questions at the same time; the others wait here, and hear at once when the host is left alone."""

FAILURES: Final = 4
"""Questions in a row without an answer: a single broken connection is not an outage."""

PAUSE: Final = 15.0
"""Seconds until one question is asked again. Shorter than the pause before an image is looked at again."""


class Outage(Struct):
    """What is known of one host. A refusal or an error that it answers is an answer."""

    clock: Callable[[], float] = time.monotonic
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _failures: int = 0
    _why: str = ""
    _again: float = 0.0

    def why(self) -> str:
        """Why there was no answer, while nothing is asked; "" for who is to ask. One of all asks after each PAUSE."""
        if self._failures < FAILURES:
            return ""
        if self.clock() < self._again:
            return self._why
        self._again = self.clock() + PAUSE
        return ""

    def answered(self) -> None:
        """It is there."""
        self._failures = 0

    def failed(self, why: str) -> None:
        """It gave no answer, for that reason."""
        self._failures += 1
        self._why, self._again = why, self.clock() + PAUSE
