"""Who may check an image at this moment: one job at a time, over all workers."""

from typing import Final

from bot.store.connection import Store, trouble

_RELEASE: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end"
"""Only the holder's own lock; after its time it may be somebody else's."""


class ImageLocks:
    """Locks that end by themselves after `seconds`. Every method may raise StoreError."""

    def __init__(self, store: Store, seconds: float) -> None:
        self._store = store
        self._milliseconds = int(seconds * 1000)
        self._release = store.redis.register_script(_RELEASE)

    async def take(self, image: str, holder: str) -> bool:
        """Whether the holder has the lock now. It still has it when the same job comes back after a crash."""
        key = self._store.key("image-lock", image)
        with trouble("locking an image"):
            if await self._store.redis.set(key, holder, nx=True, px=self._milliseconds):
                return True
            return bool(await self._store.redis.get(key) == holder)

    async def release(self, image: str, holder: str) -> None:
        """The next job may check it."""
        with trouble("unlocking an image"):
            await self._release(keys=[self._store.key("image-lock", image)], args=[holder])
