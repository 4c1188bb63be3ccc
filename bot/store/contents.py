"""Documents that checks have read, so that a later look does not fetch them again: compressed, bounded, for a day.

The reader verifies them (bot/oci/remembering.py). When it is full, the oldest are removed.
"""

import asyncio
import base64
import time
import zlib
from collections.abc import Collection
from typing import Final

from bot.oci.remembering import REMEMBERED_MAX
from bot.store.connection import Store, trouble

CONTENT_TTL: Final = 24 * 3600
"""Seconds. After that it is fetched again, and what was deleted meanwhile is noticed."""

CONTENTS_MAX: Final = 64 * 1024 * 1024
"""Characters of all of them in the store; an image with two platforms takes about 300,000."""

VERSION: Final = "2"
"""Of the form in which they are kept; another one is not read: it is fetched again. 1 was in base 85, which is slow."""

_KEEP: Final = """
local list, total = KEYS[1], KEYS[2]
local now, ttl, max = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local function drop(member)
  local size, key = string.match(member, '^(%d+) (.*)$')
  redis.call('DEL', key)
  if redis.call('ZREM', list, member) == 1 then redis.call('DECRBY', total, size) end
end
for _, member in ipairs(redis.call('ZRANGEBYSCORE', list, '-inf', now - ttl, 'LIMIT', 0, 100)) do drop(member) end
for index = 3, #KEYS do
  local text = ARGV[index + 1]
  if redis.call('ZADD', list, now, #text .. ' ' .. KEYS[index]) == 1 then redis.call('INCRBY', total, #text) end
  redis.call('SET', KEYS[index], text, 'EX', ttl)
end
while tonumber(redis.call('GET', total) or '0') > max do
  local first = redis.call('ZRANGE', list, 0, 0)
  if not first[1] then break end
  drop(first[1])
end
redis.call('EXPIRE', list, 2 * ttl)
redis.call('EXPIRE', total, 2 * ttl)
"""
"""KEYS list of what is kept, characters in all, a key each; ARGV now, ttl, most characters, a text each."""


class Contents:
    """A `ContentMemory` in the store. Every method may raise StoreError."""

    def __init__(self, store: Store, *, most: int = CONTENTS_MAX) -> None:
        self._store = store
        self._most = most
        self._keep = store.redis.register_script(_KEEP)

    async def get(self, name: str, digest: str) -> bytes | None:
        """The stored bytes, not verified; None also if they cannot be read."""
        with trouble("looking for a document"):
            text = await self._store.redis.get(self._key(name, digest))
        return None if text is None else await asyncio.to_thread(_unpacked, str(text))

    async def keep(self, name: str, contents: Collection[tuple[str, bytes]]) -> None:
        """Keep these bytes, each under its digest."""
        texts = await asyncio.to_thread(lambda: [_packed(data) for _, data in contents])
        keys = [self._key(name, digest) for digest, _ in contents]
        bounds = [self._store.key("contents"), self._store.key("contents", "size")]
        with trouble("keeping documents"):
            await self._keep(keys=[*bounds, *keys], args=[time.time(), CONTENT_TTL, self._most, *texts])

    def _key(self, name: str, digest: str) -> str:
        return self._store.key("content", f"{name}@{digest}")


def _packed(data: bytes) -> str:
    return VERSION + base64.b64encode(zlib.compress(data)).decode()


def _unpacked(text: str) -> bytes | None:
    """At most REMEMBERED_MAX bytes, whatever is stored: a small text may hold a bomb."""
    if not text.startswith(VERSION):
        return None
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(base64.b64decode(text[len(VERSION) :]), REMEMBERED_MAX)
    except (ValueError, zlib.error):
        return None
    return data if unpacker.eof else None
