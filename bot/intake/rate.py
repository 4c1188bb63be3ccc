"""How fast somebody may cause work: a token bucket that may go into debt, and the debt is the wait."""

import time
from collections.abc import Callable
from typing import Final

from msgspec import Struct, field

NAMES_MAX: Final = 10_000
"""Buckets; about 2 MB."""


class RateLimit(Struct):
    """`burst` at once, then `rate` a second; up to `patience` seconds of debt. Each name has a bucket of its own.

    For one process. Strangers may choose the names: NAMES_MAX buckets are kept, those that were used last.
    """

    burst: int
    rate: float
    patience: float = 0.0
    clock: Callable[[], float] = time.monotonic
    _full_at: dict[str, float] = field(default_factory=dict)

    def take(self, name: str = "") -> float | None:
        """Seconds to put this off, or None when that would be more than our patience; then nothing is taken."""
        wait = self.wait(name)
        if wait > self.patience:
            self.give_back(name)
            return None
        return wait

    def wait(self, name: str = "") -> float:
        """Take one, however deep in debt that is; seconds until it may start."""
        now = self.clock()
        full_at = max(self._full_at.pop(name, now), now) + 1 / self.rate
        self._full_at[name] = full_at  # at the end: the order is that of use
        if len(self._full_at) > NAMES_MAX:
            del self._full_at[next(iter(self._full_at))]
        return max(full_at - now - self.burst / self.rate, 0.0)

    def give_back(self, name: str = "") -> None:
        """The last one that was taken was not needed."""
        self._full_at[name] -= 1 / self.rate
