"""The store's clock, as this process knows it: asked once in a while, and carried on by our own clock in between.

Nobody knows when exactly the store read its clock: at some moment between the question and the answer. So there are two
readings, one that is never ahead and one that is never behind.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from redis.asyncio import Redis

ASK_AGAIN: Final = 1.0
"""Seconds; two clocks drift apart by less than DRIFT in that time."""

DRIFT: Final = 0.001
"""Seconds."""


@dataclass(slots=True)
class StoreClock:
    """Seconds since the epoch."""

    own: Callable[[], float] = time.monotonic
    _told: float = field(default=0.0, init=False)
    _asked_at: float = field(default=float("-inf"), init=False)
    _told_at: float = field(default=float("-inf"), init=False)

    async def now(self, redis: "Redis") -> float:
        """Never ahead of the store's clock, and behind it by an answer's time at most.

        Raises what redis-py raises, if the store has to be asked.
        """
        await self._ask(redis)
        return self._told + self.own() - self._told_at

    async def at_latest(self, redis: "Redis") -> float:
        """Never behind the store's clock, and ahead of it by an answer's time at most. Raises as `now` does."""
        await self._ask(redis)
        return self._told + self.own() - self._asked_at + DRIFT

    async def _ask(self, redis: "Redis") -> None:
        if self.own() - self._told_at >= ASK_AGAIN:
            asked_at = self.own()
            told = await asked(redis)
            self._told, self._asked_at, self._told_at = told, asked_at, self.own()


async def asked(redis: "Redis") -> float:
    """The store's clock at this moment."""
    seconds, micros = await redis.time()
    return float(seconds) + float(micros) / 1_000_000
