"""Whether the board was filled from what an older version of the program has stored; one worker does it."""

from typing import Final

from bot.store.connection import Store, trouble

FORM: Final = "1"
"""The form of the rows; with another one the board is filled again."""

FILLING: Final = 600
"""Seconds for which one worker fills the board; after that another one may, if it did not end."""


FILLED_TTL: Final = 180 * 24 * 3600
"""Seconds, as long as the rows last; to fill the board again does no harm."""


class Filled:
    """Remembers it. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = store.key("board", "filled")
        self._taken = store.key("board", "filling")

    async def take(self) -> bool:
        """Whether it is for the caller to fill it."""
        with trouble("asking whether the board is filled"):
            if await self._store.redis.get(self._key) == FORM:
                return False
            return bool(await self._store.redis.set(self._taken, "1", nx=True, ex=FILLING))

    async def done(self) -> None:
        """It is filled."""
        with trouble("remembering that the board is filled"):
            await self._store.redis.set(self._key, FORM, ex=FILLED_TTL)
            await self._store.redis.delete(self._taken)
