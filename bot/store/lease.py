"""One process among many does a thing: a lease that ends by itself, and a number that fences off those who lost it.

Whoever takes the lease gets a higher number than everybody before. A process that was stopped for a while and wakes up
believes that it still has the lease; what it writes is refused, because its number is not the newest.
"""

from typing import Final

from msgspec import Struct

from bot.store.connection import Store, trouble

FENCE_TTL: Final = 30 * 24 * 3600
"""Seconds; nobody sleeps so long and still believes to have the lease."""

_TAKE: Final = """
local holder = redis.call('HGET', KEYS[1], 'holder')
if holder and holder ~= ARGV[1] then return 0 end
if not holder then redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'number', redis.call('INCR', KEYS[2])) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return tonumber(redis.call('HGET', KEYS[1], 'number'))
"""
_RELEASE: Final = """
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end
"""
FENCED: Final = """
if redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] then return 0 end
"""
"""The beginning of every script that writes under a lease: KEYS[1] is the lease, ARGV[1] the number. 0 = it is lost."""


class Lease(Struct, frozen=True):
    """What a process needs to write: the lease's key and its number."""

    key: str
    number: int


class Leases:
    """The lease of one thing, for one process named `holder`. Every method may raise StoreError."""

    def __init__(self, store: Store, thing: str, holder: str, *, seconds: float) -> None:
        self._store = store
        self._holder = holder
        self._milliseconds = int(seconds * 1000)
        self._key = store.key("lease", thing)
        self._fence = store.key("lease", thing, "number")
        self._take = store.redis.register_script(_TAKE)
        self._release = store.redis.register_script(_RELEASE)

    async def take(self) -> Lease | None:
        """Take it, or make it last longer; None while another process has it."""
        with trouble("taking a lease"):
            arguments: list[str | int] = [self._holder, self._milliseconds, FENCE_TTL]
            number = int(await self._take(keys=[self._key, self._fence], args=arguments))
        return Lease(self._key, number) if number else None

    async def release(self) -> None:
        """The next process may take it at once."""
        with trouble("releasing a lease"):
            await self._release(keys=[self._key], args=[self._holder])
