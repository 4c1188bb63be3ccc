"""Which registries refuse requests at the moment (429): all workers share the limit of one address, so they share this.

Nobody else's word counts: a registry can only make us wait for itself.
"""

import math
from typing import Final

from bot.store.connection import Store, trouble

PAUSE: Final = 15.0
"""Seconds after a 429 that does not say how long."""

PAUSE_MAX: Final = 900.0
"""Seconds; then one more job asks. A registry may say six hours, and be well again after one."""


class Quotas:
    """Remembers refusals. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def refused(self, registry: str, seconds: float | None) -> None:
        """The registry answered 429, and asked to be left alone for so long. A longer pause is not cut short."""
        told = PAUSE if seconds is None else min(max(seconds, 1.0), PAUSE_MAX)
        with trouble("remembering that a registry refuses"):
            if told > await self.wait(registry):
                await self._store.redis.set(self._key(registry), "1", px=math.ceil(told * 1000))

    async def wait(self, registry: str) -> float:
        """Seconds for which the registry is left alone; 0 = it may be asked."""
        with trouble("asking whether a registry refuses"):
            left = await self._store.redis.pttl(self._key(registry))
        return max(0.0, float(left) / 1000)

    def _key(self, registry: str) -> str:
        return self._store.key("refuses", registry)
