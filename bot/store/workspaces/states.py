"""States of installations that were begun (OAuth): each is good once, for ten minutes."""

import hashlib
import secrets
from typing import Final

from bot.store.connection import Store, trouble

STATE_TTL: Final = 600
"""Seconds to press "Allow" in Slack."""

STATE_MAX: Final = 200
"""Characters of a state; ours have 43."""


class OAuthStates:
    """Remembers them, hashed: who reads the store learns none. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def issue(self) -> str:
        """A new one, which nobody can guess."""
        state = secrets.token_urlsafe(32)
        with trouble("keeping a state"):
            await self._store.redis.set(self._key(state), "1", ex=STATE_TTL, nx=True)
        return state

    async def consume(self, state: str) -> bool:
        """Whether it was issued, is not over, and was not used before."""
        if not state or len(state) > STATE_MAX:
            return False
        with trouble("looking for a state"):
            return await self._store.redis.getdel(self._key(state)) is not None

    def _key(self, state: str) -> str:
        return self._store.key("oauth", "state", hashlib.sha256(state.encode(errors="replace")).hexdigest())
