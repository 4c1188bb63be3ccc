"""The store's clock, as this process knows it: asked once in a while, and carried on by our own clock in between."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from redis.asyncio import Redis

ASK_AGAIN: Final = 1.0
"""Seconds; two clocks drift apart by less than a millisecond in that time."""


@dataclass(slots=True)
class StoreClock:
    """Seconds since the epoch. What it says is never ahead of the store's clock, and behind it by an answer's time."""

    own: Callable[[], float] = time.monotonic
    _told: float = field(default=0.0, init=False)
    _told_at: float = field(default=float("-inf"), init=False)

    async def now(self, redis: "Redis") -> float:
        """The time. Raises what redis-py raises, if the store has to be asked."""
        if self.own() - self._told_at >= ASK_AGAIN:
            self._told = await asked(redis)
            self._told_at = self.own()  # when the answer is there: it was that late before
        return self._told + self.own() - self._told_at


async def asked(redis: "Redis") -> float:
    """The store's clock at this moment."""
    seconds, micros = await redis.time()
    return float(seconds) + float(micros) / 1_000_000
