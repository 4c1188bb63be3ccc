"""Jobs that were given up, kept so that people can see why and requeue them."""

from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.store.connection import Store, trouble

DEAD_MAX: Final = 200
"""Letters kept; the oldest go first."""

DEAD_TTL: Final = 30 * 24 * 3600
"""Seconds after the last one."""

TEXT_MAX: Final = 4000
"""Characters of a job that could not be read."""


class DeadLetter(BaseModel):
    """A job that was given up: its text as it was queued, why, and after how many starts."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    job: str
    image: str = ""
    why: str
    starts: int
    at: datetime


class DeadLetters:
    """Keeps the newest of them. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = store.key("dead-letters")

    async def add(self, letter: DeadLetter) -> None:
        """Keep a letter."""
        kept = letter.model_copy(update={"job": letter.job[:TEXT_MAX]})
        with trouble("keeping a dead letter"):
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.lpush(self._key, kept.model_dump_json())
                pipe.ltrim(self._key, 0, DEAD_MAX - 1)
                pipe.expire(self._key, DEAD_TTL)
                await pipe.execute()

    async def newest(self, count: int = 20) -> tuple[DeadLetter, ...]:
        """The newest first."""
        with trouble("reading dead letters"):
            texts = await self._store.redis.lrange(self._key, 0, count - 1)
        return tuple(letter for text in texts if (letter := _read(text)) is not None)

    async def forget(self, letter: DeadLetter) -> None:
        """It is dealt with."""
        with trouble("forgetting a dead letter"):
            await self._store.redis.lrem(self._key, 1, letter.model_dump_json())

    async def count(self) -> int:
        """How many are kept."""
        with trouble("counting dead letters"):
            return int(await self._store.redis.llen(self._key))


def _read(text: str | bytes) -> DeadLetter | None:
    try:
        return DeadLetter.model_validate_json(text)
    except ValidationError:
        return None
