"""Which registries are left alone for a while: those that said so, and those whose limit is nearly used up."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct, field

from bot.errors import RateLimitedError
from bot.oci.wire.limits import ToldLimits

PAUSE: Final = 60.0
"""Seconds after a 429 that does not tell; twice as long after each further one."""

PAUSE_MAX: Final = 6 * 3600.0
"""Seconds; Docker Hub's window."""

REGISTRIES_MAX: Final = 1000
"""Registries that are remembered here; people choose their names."""


def _now() -> datetime:
    return datetime.now(UTC)


class Budgets(Struct):
    """`clock` is that of the limits: seconds that only go forward."""

    limits: ToldLimits
    clock: Callable[[], float]
    wall: Callable[[], datetime] = _now  # the clock by which a registry's Retry-After was read
    _until: dict[str, float] = field(default_factory=dict)
    _refusals: dict[str, int] = field(default_factory=dict)

    def pause(self, registry: str) -> float:
        """Seconds for which the registry is not polled; 0 = it may be."""
        now = self.clock()
        api = self.limits.api(registry, now)
        until = max(self._until.get(registry, 0.0), api.until if api is not None and api.is_low else 0.0)
        return max(0.0, until - now)

    def pull_wait(self, registry: str) -> float:
        """Seconds that a check waits that nobody waits for: what is left of a low limit of pulls is kept for people."""
        now = self.clock()
        pulls = self.limits.pulls(registry, now)
        return pulls.until - now if pulls is not None and pulls.is_low else 0.0

    def refused(self, registry: str, error: RateLimitedError) -> None:
        """The registry answered 429."""
        count = self._refusals.get(registry, 0)
        told = None if error.retry_at is None else (error.retry_at - self.wall()).total_seconds()
        wait = PAUSE * 2.0 ** min(count, 10) if told is None else max(told, 1.0)
        self._until[registry] = self.clock() + min(wait, PAUSE_MAX)
        self._refusals[registry] = count + 1
        if len(self._until) > REGISTRIES_MAX:
            self.answered(next(iter(self._until)))

    def answered(self, registry: str) -> None:
        """The registry answered as it should."""
        self._until.pop(registry, None)
        self._refusals.pop(registry, None)
