"""What is known of registries' hosts: who has the referrers API, and how many processes share a host's places."""

import secrets
from typing import Final

from bot.oci.referrer_list import ApiRefusal
from bot.oci.shared_hosts import KnownApi
from bot.store.connection import Store, trouble

API_TTL: Final = 24 * 3600
"""Seconds for which a place counts as one with the referrers API."""

LACKS_TTL: Final = 3600
"""Seconds for which a place counts as one without. A registry that gets the API has new signatures there alone."""

AGAIN: Final = 600
"""Seconds between two answers that both say that the API is lacking. Longer than a registry takes to start anew: what
stands before it answers 404 meanwhile, and that must not hide the signatures of a day from all workers."""

ACTIVE: Final = 30
"""Seconds after its last word for which a process counts as one that asks the host."""

CEILING_TTL: Final = 600
"""Seconds for which fewer places are given after a 429."""

_KEEP_API: Final = """
local found = redis.call('GET', KEYS[1])
if ARGV[1] == 'has' then redis.call('SET', KEYS[1], 'has', 'EX', ARGV[3]) return end
if found == 'has' or (found and string.sub(found, 1, 6) == 'lacks ') then return end
if not found then redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) return end
if tonumber(ARGV[2]) - (tonumber(found) or 0) >= tonumber(ARGV[4]) then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[5])
end
"""
"""KEYS: the key of the place. ARGV: "has" or "lacks" with the registry's answer, now, API_TTL, AGAIN, LACKS_TTL.

Of a first "lacks" only the time is kept; it counts when another one comes AGAIN seconds later.
"""

_SHARE: Final = """
local now, most = tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[5]))
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('EXPIRE', KEYS[1], 2 * tonumber(ARGV[5]))
local ceiling = math.min(tonumber(redis.call('GET', KEYS[2]) or most), most)
if ARGV[4] == '1' then
  ceiling = math.max(1, math.floor(ceiling / 2))
  redis.call('SET', KEYS[2], ceiling, 'EX', ARGV[6])
end
return math.max(1, math.floor(ceiling / redis.call('ZCARD', KEYS[1])))
"""
"""KEYS: who asks the host, its places after a 429. ARGV: process, now, most, whether refused, ACTIVE, CEILING_TTL."""


_LACKS: Final = "lacks "
"""What the registry's answer follows."""


class RegistryHosts:
    """A `SharedHosts` in the store. Every method may raise StoreError.

    Times are by the store's clock: those of two workers may be an hour apart.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._process = secrets.token_hex(8)
        self._keep_api = store.redis.register_script(_KEEP_API)
        self._share = store.redis.register_script(_SHARE)

    async def referrers_api(self, place: str) -> KnownApi | None:
        """See SharedHosts."""
        key = self._store.key("referrers-api", place)
        with trouble("asking whether a registry has the referrers API"):
            async with self._store.redis.pipeline(transaction=False) as pipe:
                pipe.get(key)
                pipe.ttl(key)
                found, left = await pipe.execute()
        return _known(found or "", float(left))

    async def keep_referrers_api(self, place: str, *, refusal: ApiRefusal | None) -> None:
        """See SharedHosts."""
        key = self._store.key("referrers-api", place)
        with trouble("remembering whether a registry has the referrers API"):
            now = int(await self._store.now())
            told = "has" if refusal is None else f"{_LACKS}{refusal}"
            await self._keep_api(keys=[key], args=[told, now, API_TTL, AGAIN, LACKS_TTL])

    async def share(self, host: str, most: int, *, refused: bool = False) -> int:
        """See SharedHosts."""
        keys = [self._store.key("asking", host), self._store.key("asking", host, "most")]
        with trouble("sharing the places of a registry"):
            now = await self._store.now()
            told = await self._share(keys=keys, args=[self._process, now, most, int(refused), ACTIVE, CEILING_TTL])
        return int(told)


def _known(found: str, seconds: float) -> KnownApi | None:
    """None for what says nothing: one answer alone, and one that this version does not know."""
    if seconds <= 0:
        return None
    if found == "has":
        return KnownApi(None, seconds)
    answer = found.removeprefix(_LACKS)
    return KnownApi(ApiRefusal(answer), seconds) if found != answer and answer in set(ApiRefusal) else None
