"""How often a job was started, and how often it failed.

The queue redelivers without end what a worker did not finish: a job that kills its worker would come back for ever.
"""

from typing import Final

from msgspec import Struct

from bot.store.connection import Store, trouble

ATTEMPTS_TTL: Final = 2 * 24 * 3600
"""Seconds after the last start; longer than any pause between two attempts."""

_COUNT: Final = """
local starts = redis.call('HINCRBY', KEYS[1], 'starts', ARGV[1])
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local last = tonumber(redis.call('HGET', KEYS[1], 'failed_at') or '0')
local more = ARGV[2]
if more ~= '0' and math.abs(now - last) < tonumber(ARGV[4]) then more = '0' end
if more ~= '0' then redis.call('HSET', KEYS[1], 'failed_at', string.format('%.6f', now)) end
local failures = redis.call('HINCRBY', KEYS[1], 'failures', more)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return {starts, failures}
"""
"""KEYS attempts; ARGV starts to add, failures to add, ttl, seconds after a failure in which no other one counts.

Returns both counts.
"""


class AttemptCounts(Struct, frozen=True):
    """Counts of one job, this time included."""

    starts: int
    failures: int


class Attempts:
    """Counts the attempts of jobs, by the queue's key. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._script = store.redis.register_script(_COUNT)

    async def start(self, job: str) -> AttemptCounts:
        """It starts once more."""
        return await self._count(job, starts=1)

    async def fail(self, job: str, *, together: float = 0.0) -> AttemptCounts:
        """It failed, and its worker lives. Failures within `together` seconds are one: several posts share a key."""
        return await self._count(job, failures=1, together=together)

    async def forget(self, job: str) -> None:
        """It has come to an end, good or bad."""
        with trouble("forgetting attempts"):
            await self._store.redis.delete(self._key(job))

    async def _count(self, job: str, *, starts: int = 0, failures: int = 0, together: float = 0.0) -> AttemptCounts:
        with trouble("counting attempts"):
            counted = await self._script(keys=[self._key(job)], args=[starts, failures, ATTEMPTS_TTL, together])
        return AttemptCounts(starts=counted[0], failures=counted[1])

    def _key(self, job: str) -> str:
        return self._store.key("attempts", job)
