"""Which webhook deliveries were taken, and how many of each kind.

A delivery counts as seen only after its job was stored: what was not stored will be sent again, and must be taken then.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from bot.errors import StoreError
from bot.store.connection import Store, trouble

DELIVERY_MEMORY: Final = 7 * 24 * 3600
"""Seconds. GitHub redelivers within 3 days, Pub/Sub up to 7."""

STORING_MAX: Final = 5
"""Seconds that one process may take to store the job of a delivery that it has claimed."""

COUNTS_TTL: Final = 90 * 24 * 3600
"""Seconds after the last delivery of a source."""

CLAIMED: Final = "claimed"
STORED: Final = "stored"

_LOOK_AGAIN = 0.05

_COUNT: Final = """
for index = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[index], ARGV[index + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
local time = redis.call('TIME')
redis.call('SET', KEYS[2], string.format('%d.%06d', time[1], time[2]), 'EX', ARGV[1])
"""
"""KEYS counts, last; ARGV ttl, then ends and how many more of each."""


def delivery_key(store: Store, delivery: str) -> str:
    """Where it is remembered. The sender chooses the id: its length and characters stay out of our key names."""
    return store.key("delivery", hashlib.sha256(delivery.encode("utf-8", "surrogatepass")).hexdigest())


class Deliveries:
    """Remembers delivery ids. Every method may raise StoreError. `storing`: seconds, see STORING_MAX."""

    def __init__(self, store: Store, *, storing: float = STORING_MAX) -> None:
        self._store = store
        self._storing = storing
        self._count = store.redis.register_script(_COUNT)
        self._counting: set[str] = set()
        self._gathered: dict[str, dict[str, int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, delivery: str) -> bool:
        """Claim it: False when it was stored before.

        While another process has claimed the same delivery this waits for it to store it. When that never happens,
        that process is gone: the delivery is ours.
        """
        key = self._key(delivery)
        with trouble("looking for a delivery"):
            async with asyncio.timeout(self._storing + 1):
                while not await self._store.redis.set(key, CLAIMED, nx=True, px=int(self._storing * 1000)):
                    if await self._store.redis.get(key) == STORED:
                        return False
                    await asyncio.sleep(_LOOK_AGAIN)
        return True

    async def stored(self, delivery: str) -> None:
        """Its job is safely in the store."""
        with trouble("remembering a delivery"):
            await self._store.redis.set(self._key(delivery), STORED, ex=DELIVERY_MEMORY)

    async def drop(self, delivery: str) -> None:
        """Its job could not be stored: the process that gets it next may try again at once."""
        with trouble("dropping a delivery"):
            await self._store.redis.delete(self._key(delivery))

    def joined(self, source: str, ends: Mapping[str, int]) -> bool:
        """Whether a count of the source is on its way, with whose next these go; else nothing is done."""
        if source not in self._counting:
            return False
        gathered = self._gathered.setdefault(source, {})
        for end, number in ends.items():
            gathered[end] = gathered.get(end, 0) + number
        return True

    async def count(self, source: str, ends: Mapping[str, int]) -> None:
        """So many more deliveries of that source were "queued" or "malformed", or events in them "not watched".

        While a count of the source is on its way to the store, further ones gather, go together, and are not waited
        for.
        """
        if self.joined(source, ends):
            return
        self._counting.add(source)
        try:
            await self._counted(source, ends)
        finally:
            if source in self._gathered:
                task = asyncio.create_task(self._count_gathered(source), name=f"counts of {source}")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            else:
                self._counting.discard(source)

    async def _count_gathered(self, source: str) -> None:
        try:
            while (gathered := self._gathered.pop(source, None)) is not None:
                with suppress(StoreError):
                    await self._counted(source, gathered)
        finally:
            self._counting.discard(source)

    async def _counted(self, source: str, ends: Mapping[str, int]) -> None:
        keys = [self._store.key("deliveries", source), self._last(source)]
        with trouble("counting a delivery"):
            await self._count(keys=keys, args=[COUNTS_TTL, *(part for end in ends.items() for part in end)])

    async def counts(self, source: str) -> dict[str, int]:
        """How many of that source came to which end."""
        with trouble("counting deliveries"):
            found = await self._store.redis.hgetall(self._store.key("deliveries", source))
        return {str(end): int(number) for end, number in found.items()}

    async def last(self, source: str) -> float:
        """When something last came from that source, in seconds since the epoch; 0 if nothing has."""
        with trouble("asking when a source was heard"):
            return float(await self._store.redis.get(self._last(source)) or 0)

    def _last(self, source: str) -> str:
        return self._store.key("delivered", source)

    def _key(self, delivery: str) -> str:
        return delivery_key(self._store, delivery)
