"""For which images somebody has looked for an earlier release in their registry: once a day is enough."""

from typing import Final

from bot.releases import Placement
from bot.store.connection import Store, trouble

LOOKED_TTL: Final = 24 * 3600
"""Seconds; a repository without an earlier release today may get one."""


class FirstLooks:
    """Remembers them. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def take(self, placement: Placement) -> bool:
        """Whether it is for the caller to look; nobody else does then."""
        with trouble("remembering a look for an earlier release"):
            return bool(await self._store.redis.set(self._key(placement), "1", nx=True, ex=LOOKED_TTL))

    async def give_back(self, placement: Placement) -> None:
        """It could not be looked up; the next one may try again."""
        with trouble("forgetting a look for an earlier release"):
            await self._store.redis.delete(self._key(placement))

    def _key(self, placement: Placement) -> str:
        where = f"{placement.image.name} {placement.release.version} {placement.family}"
        return self._store.key("first-look", where)
