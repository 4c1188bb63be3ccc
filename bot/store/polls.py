"""What polling knows of each repository: its tags with their digests, and when it is due again."""

import asyncio
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import StoreError
from bot.store.connection import Store, trouble
from bot.store.lease import FENCED, Lease
from bot.store.packing import packed, unpacked

TAGS_MAX: Final = 100_000
"""Tags of one repository that are remembered."""

STATE_MAX: Final = 32 * 1024 * 1024
"""Bytes of one repository's state, unpacked; 100,000 tags of 128 characters with digests have 22 MB."""

POLLS_TTL: Final = 180 * 24 * 3600
"""Seconds after the last look."""

FORGOTTEN_AFTER: Final = 24 * 3600
"""Seconds after which what is watched no more is a new repository when it comes back: nobody wants to hear then of all
that was pushed meanwhile."""

REPOSITORIES_MAX: Final = 10_000
"""Repositories that are polled."""


class RepositoryState(BaseModel):
    """One repository. Times are seconds since the epoch, of the store's clock.

    `digests` has every tag, "" when its digest was never asked for; `gone` those that have vanished. `recent` says when
    a tag was noticed, for those that are looked at closely. `restored_at` is when one that had vanished came back as it
    was. `tags` are the globs that the watch had. `trouble` is why the last look did not work.
    """

    model_config = ConfigDict(extra="ignore")

    digests: dict[str, str] = Field(default_factory=dict, max_length=TAGS_MAX)
    gone: dict[str, str] = Field(default_factory=dict, max_length=TAGS_MAX)
    tags: tuple[str, ...] = ()
    recent: dict[str, float] = Field(default_factory=dict, max_length=TAGS_MAX)
    baseline_at: float = 0.0
    changed_at: float = 0.0
    whole_at: float = 0.0
    looked_at: float = 0.0
    restored_at: float = 0.0
    failures: int = 0
    trouble: str = ""


class LostLeaseError(StoreError):
    """Another process does it now: nothing was written."""

    def __init__(self) -> None:
        super().__init__("another process polls now", retry_after=None)


_SAVE: Final = (
    FENCED
    + """
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[5])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[4])
redis.call('EXPIRE', KEYS[3], ARGV[5])
return 1
"""
)
"""KEYS lease, state, due; ARGV number, state, due at, name, time to live."""

_DUE: Final = (
    FENCED
    + """
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[4])
return 1
"""
)


class Polls:
    """Keeps them. Writing takes the lease; every method may raise StoreError, and writing LostLeaseError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._due = store.key("polls")
        self._save = store.redis.register_script(_SAVE)
        self._set_due = store.redis.register_script(_DUE)

    async def load(self, name: str) -> RepositoryState:
        """What is known of registry/repository; nothing of one that was never looked at, or cannot be read."""
        with trouble("reading what was polled"):
            text = await self._store.redis.get(self._key(name))
        return await asyncio.to_thread(_read, str(text)) if text else RepositoryState()

    async def save(self, name: str, state: RepositoryState, *, due: float, lease: Lease) -> None:
        """Keep it, and when it is due again."""
        text = await asyncio.to_thread(lambda: packed(state.model_dump_json(exclude_defaults=True)))
        keys = [lease.key, self._key(name), self._due]
        with trouble("keeping what was polled"):
            done = await self._save(keys=keys, args=[lease.number, text, due, name, POLLS_TTL])
        _require(done)

    async def put_off(self, name: str, *, due: float, lease: Lease) -> None:
        """It is due at that time, and nothing else is known."""
        with trouble("planning a poll"):
            done = await self._set_due(keys=[lease.key, self._due], args=[lease.number, due, name, POLLS_TTL])
        _require(done)

    async def hasten(self, name: str, wait: float) -> None:
        """Look at it after `wait` seconds, if it is polled and not due sooner. Anybody may ask; that takes no lease."""
        due = await self._store.now() + wait
        with trouble("hastening a poll"):
            await self._store.redis.zadd(self._due, {name: due}, xx=True, lt=True)

    async def due(self) -> dict[str, float]:
        """When each repository is due."""
        with trouble("reading what is to be polled"):
            found = await self._store.redis.zrange(self._due, 0, REPOSITORIES_MAX - 1, withscores=True)
        return {str(pair[0]): float(pair[1]) for pair in found}

    async def forget(self, names: list[str], *, lease: Lease) -> None:
        """These are watched no more. Their state stays for a day: a watch may come back, or be missing by mistake."""
        with trouble("forgetting polls"):
            if names and await self._store.redis.hget(lease.key, "number") == str(lease.number):
                async with self._store.redis.pipeline(transaction=True) as pipe:
                    pipe.zrem(self._due, *names)
                    for name in names:
                        pipe.expire(self._key(name), FORGOTTEN_AFTER)
                    await pipe.execute()

    def _key(self, name: str) -> str:
        return self._store.key("poll", name)


def _require(done: object) -> None:
    if not done:
        raise LostLeaseError


def _read(text: str) -> RepositoryState:
    """What cannot be read is not known: the next look is a first one."""
    try:
        return RepositoryState.model_validate_json(unpacked(text, most=STATE_MAX))
    except (ValidationError, StoreError):
        return RepositoryState()
