"""Webhook sources that have fallen silent: polling found a push that none of them announced."""

import json
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.store.connection import Store, trouble

SILENCE_TTL: Final = 90 * 24 * 3600
"""Seconds after the last thing that was found about a source."""

UNHEARD_MAX: Final = 10_000
"""Pushes that wait for their webhook at the same time; the oldest go first."""

DUE_AT_ONCE: Final = 100
"""Pushes that are looked at in one go; the others are due at the next."""

REPOSITORIES_MAX: Final = 50
"""Repositories that are remembered of one silent source."""


class UnheardPush(BaseModel):
    """An image whose push was not announced, and when that was certain."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    image: str
    at: float


class SilentSource(BaseModel):
    """A source, and the repositories about which it is silent, each with a push that it did not announce.

    `is_told` says that people know of the present state; `channel` is where they were told.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: str
    repositories: dict[str, UnheardPush] = Field(default_factory=dict)
    is_told: bool = False
    channel: str = ""

    @property
    def images(self) -> tuple[str, ...]:
        """The images whose push it did not announce."""
        return tuple(push.image for push in self.repositories.values())


class Silences:
    """Remembers them. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = store.key("silent-sources")
        self._unheard = store.key("unheard")

    async def expect(self, image: str, since: float, *, due: float) -> None:
        """Polling noticed a push of the image, not older than `since`. Its webhook may take until `due`."""
        member = json.dumps([image, since])
        with trouble("remembering a push"):
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.zadd(self._unheard, {member: due})
                pipe.zremrangebyrank(self._unheard, 0, -UNHEARD_MAX - 1)
                pipe.expire(self._unheard, SILENCE_TTL)
                await pipe.execute()

    async def due(self, now: float) -> list[tuple[str, float, str]]:
        """Images whose webhook has had its time, each with `since` and what `forget` takes."""
        with trouble("looking for pushes"):
            members = await self._store.redis.zrangebyscore(self._unheard, "-inf", now, start=0, num=DUE_AT_ONCE)
        found = []
        for member in map(str, members):
            try:
                image, since = json.loads(member)
                found.append((str(image), float(since), member))
            except (ValueError, TypeError):
                await self.forget(member)
        return found

    async def forget(self, member: str) -> None:
        """That push is dealt with."""
        with trouble("forgetting a push"):
            await self._store.redis.zrem(self._unheard, member)

    async def all(self) -> tuple[SilentSource, ...]:
        """The silent sources, in the order of their names."""
        with trouble("reading the silent sources"):
            found = await self._store.redis.hgetall(self._key)
        sources = (_read(text) for _, text in sorted(found.items()))
        return tuple(source for source in sources if source is not None)

    async def put(self, silent: SilentSource) -> None:
        """Keep it."""
        with trouble("keeping a silent source"):
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.hset(self._key, silent.source, silent.model_dump_json())
                pipe.expire(self._key, SILENCE_TTL)
                await pipe.execute()

    async def remove(self, source: str) -> None:
        """It is heard again, and people know."""
        with trouble("removing a silent source"):
            await self._store.redis.hdel(self._key, source)


def _read(text: str | bytes) -> SilentSource | None:
    try:
        return SilentSource.model_validate_json(text)
    except ValidationError:
        return None
