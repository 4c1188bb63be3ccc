"""Whose turn it is to look at an image: one at a time, over all workers."""

from typing import Final

from bot.store.connection import Store, trouble

_GIVE_BACK: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end"
"""Only the holder's own turn; after its time it may be somebody else's."""


class ImageLocks:
    """ImageLocks that end by themselves after `seconds`. Every method may raise StoreError."""

    def __init__(self, store: Store, seconds: float) -> None:
        self._store = store
        self._milliseconds = int(seconds * 1000)

    async def take(self, image: str, holder: str) -> bool:
        """Whether it is the holder's turn now. It still is when the same job comes back after a crash."""
        key = self._store.key("turn", image)
        with trouble("taking a turn"):
            if await self._store.redis.set(key, holder, nx=True, px=self._milliseconds):
                return True
            return bool(await self._store.redis.get(key) == holder)

    async def give_back(self, image: str, holder: str) -> None:
        """The next one may look."""
        with trouble("giving a turn back"):
            await self._store.redis.eval(_GIVE_BACK, 1, self._store.key("turn", image), holder)
