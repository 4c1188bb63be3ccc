"""Releases that passed without a post of their own, by channel: what the digest of that channel is made of."""

from typing import Final

from bot.store.connection import Store, trouble
from bot.store.threads.records import Address

PASSES_TTL: Final = 8 * 24 * 3600
"""Seconds; a digest is sent once a week or more often."""

PASSES_MAX: Final = 500
"""Releases of one channel, the newest."""


class PassedReleases:
    """Remembers passes; the time is the store's clock, in seconds. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._channels = store.key("slack", "passes-in")

    async def add(self, address: Address) -> None:
        """That release passes, and its channel is not told."""
        key, now = self._key(address), await self._store.now()
        with trouble("remembering what passes"):
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.zadd(key, {address.subject: now})
                pipe.zremrangebyscore(key, "-inf", now - PASSES_TTL)
                pipe.zremrangebyrank(key, 0, -PASSES_MAX - 1)
                pipe.expire(key, PASSES_TTL)
                pipe.zadd(self._channels, {f"{address.team} {address.channel}": now})
                pipe.zremrangebyscore(self._channels, "-inf", now - PASSES_TTL)
                pipe.expire(self._channels, PASSES_TTL)
                await pipe.execute()

    async def since(self, address: Address, moment: float) -> tuple[str, ...]:
        """The subjects of the releases that passed in that channel since then, oldest first."""
        with trouble("listing what passes"):
            found = await self._store.redis.zrangebyscore(self._key(address), moment, "+inf")
        return tuple(str(subject) for subject in found)

    async def channels(self) -> tuple[tuple[str, str], ...]:
        """(team, channel) of those in which something passed lately."""
        with trouble("listing channels"):
            found = await self._store.redis.zrange(self._channels, 0, -1)
        split = (str(member).split(" ", 1) for member in found)
        return tuple((parts[0], parts[1]) for parts in split if len(parts) == 2)  # noqa: PLR2004 - team and channel

    def _key(self, address: Address) -> str:
        return self._store.key("slack", "passes", address.slot)
