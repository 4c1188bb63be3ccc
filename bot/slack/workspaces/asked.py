"""That Slack was asked for a new pair of tokens, noted before it is asked: if no answer is kept, the pair may be lost.

Slack revokes a refresh token when it gives the new pair. A process that is killed before it keeps that pair, or an
answer that does not arrive, loses it; the next process finds this note, and can say why Slack refuses the old one.
"""

import hashlib
from typing import Final

from bot.store import Store, trouble

MEMORY: Final = 2 * 24 * 3600
"""Seconds; the old access token ends within 12 hours."""


class AskedTokens:
    """One note for each workspace. Every method may raise StoreError: what cannot be noted is not asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def note(self, workspace: str, refresh_token: str) -> bool:
        """Slack is about to be asked. Whether it was asked with that refresh token before, and no answer was kept."""
        mark = hashlib.sha256(refresh_token.encode()).hexdigest()[:32]
        with trouble("noting that a token is renewed"):
            before = await self._store.redis.set(self._key(workspace), mark, ex=MEMORY, get=True)
        return bool(before == mark)

    async def answered(self, workspace: str) -> None:
        """The pair is kept, or Slack has certainly not given one."""
        with trouble("noting that a token was renewed"):
            await self._store.redis.delete(self._key(workspace))

    def _key(self, workspace: str) -> str:
        return self._store.of(workspace).key("oauth", "asked")
