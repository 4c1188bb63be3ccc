"""Which requests of Slack were handled: the same event may come several times, and to several processes.

An event counts as handled only after its listener has taken it. Until then it is claimed: when its process dies, Slack
sends it again after the claim has ended.
"""

from enum import StrEnum
from typing import Final

from bot.store.connection import Store, trouble

CLAIM_TIME: Final = 30
"""Seconds that a process may take. Slack sends an event again at once, after one minute and after five."""

EVENT_MEMORY: Final = 3600
"""Seconds; the last repetition comes after about six minutes."""

_CLAIMED, _HANDLED = "claimed", "handled"


class Claim(StrEnum):
    """Whose event it is."""

    OURS = "ours"
    TAKEN = "taken"  # another request with the same event is being handled
    HANDLED = "handled"


class SlackEvents:
    """Remembers ids of events and triggers. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def claim(self, name: str) -> Claim:
        """Claim it, unless it was claimed or handled before."""
        key = self._key(name)
        with trouble("looking for a repeated event"):
            if await self._store.redis.set(key, _CLAIMED, nx=True, ex=CLAIM_TIME):
                return Claim.OURS
            return Claim.HANDLED if await self._store.redis.get(key) == _HANDLED else Claim.TAKEN

    async def handled(self, name: str) -> None:
        """It is not handled again."""
        with trouble("remembering an event"):
            await self._store.redis.set(self._key(name), _HANDLED, ex=EVENT_MEMORY)

    async def drop(self, name: str) -> None:
        """It was not handled: the next request with it may try."""
        with trouble("dropping an event"):
            await self._store.redis.delete(self._key(name))

    def _key(self, name: str) -> str:
        return self._store.key("slack", "event", name)
