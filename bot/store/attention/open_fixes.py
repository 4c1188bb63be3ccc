"""The pull requests that people opened from Slack and that are not known to be merged or closed, of all channels."""

from typing import TYPE_CHECKING, Final

from bot.attention import ProposedFix
from bot.store.attention.records import read, text_of
from bot.store.connection import Store, trouble

if TYPE_CHECKING:
    from redis.asyncio.client import Pipeline

FIXES_MAX: Final = 500
"""Of all channels, the newest; a person presses a button for each."""

FIXES_TTL: Final = 180 * 24 * 3600
"""Seconds after the last one was opened; as long as the notes themselves."""


class OpenFixes:
    """Lists them. `Notes` keeps the list."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = store.key("attention", "open-fixes")

    async def listed(self) -> tuple[ProposedFix, ...]:
        """Those that somebody still follows, the newest first. Raises StoreError."""
        with trouble("listing pull requests"):
            texts = await self._store.redis.zrevrange(self._key, 0, FIXES_MAX - 1)
        now = await self._store.now()
        found = (read(ProposedFix, str(text)) for text in texts)
        return tuple(fix for fix in found if fix is not None and fix.is_followed(now))

    def change(self, pipe: "Pipeline", before: str, fix: ProposedFix | None) -> None:
        """In place of the text `before`, "" for none; a merged or closed one, and None, leave the list."""
        if before:
            pipe.zrem(self._key, before)
        if fix is not None and fix.is_open:
            pipe.zadd(self._key, {text_of(fix): fix.at})
            pipe.zremrangebyrank(self._key, 0, -FIXES_MAX - 1)
            pipe.expire(self._key, FIXES_TTL)
