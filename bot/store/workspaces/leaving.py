"""Workspaces that removed the app: whatever is remembered for them is deleted.

A job that runs at that moment may still write something, so each part of the store is emptied for a while.
"""

from typing import Final

from bot.store.connection import Store, trouble
from bot.store.dead_letters import DEAD_MAX, DeadLetters

LASTS: Final = 3600.0
"""Seconds for which a part is emptied again and again; no job runs for longer."""

PER_STEP: Final = 500
"""Keys that one step looks for and deletes: the store does other things in between."""


class Leaving:
    """Empties their parts of the store. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.key: Final = store.key("workspaces-leaving")

    async def all(self) -> tuple[str, ...]:
        """The names of the parts."""
        with trouble("reading which workspaces leave"):
            return tuple(map(str, await self._store.redis.zrange(self.key, 0, -1)))

    async def empty(self, workspace: str) -> int:
        """Delete everything there; how many keys. Again and again the same."""
        count = 0
        pattern = f"{self._store.of(workspace).key('')}*"
        with trouble("deleting what was remembered for a workspace"):
            batch: list[str] = []
            async for key in self._store.redis.scan_iter(match=pattern, count=PER_STEP):
                batch.append(str(key))
                if len(batch) >= PER_STEP:
                    count += int(await self._store.redis.unlink(*batch))
                    batch.clear()
            if batch:
                count += int(await self._store.redis.unlink(*batch))
        letters = DeadLetters(self._store)
        for letter in await letters.newest(DEAD_MAX):
            if f'"{workspace}"' in letter.job:
                await letters.forget(letter)
        return count

    async def round(self) -> int:
        """Empty all of them; how many keys were deleted. Those that left long ago are forgotten."""
        deleted = sum([await self.empty(workspace) for workspace in await self.all()])
        over = await self._store.now() - LASTS
        with trouble("forgetting which workspaces left"):
            await self._store.redis.zremrangebyscore(self.key, "-inf", over)
        return deleted
