"""Which tags stood for which digest: a signature that arrives later names its image by digest alone."""

import time
from typing import Final

from bot.oci.reference import Reference
from bot.report import Report
from bot.store.connection import Store, trouble

DIGEST_TTL: Final = 30 * 24 * 3600
"""Seconds after it was last seen; signatures come minutes after their image."""

TAGS_MAX: Final = 20
"""Tags of one digest, the newest."""

REMEMBER: Final = """
for _, key in ipairs(KEYS) do
  redis.call('ZADD', key, ARGV[1], ARGV[2])
  redis.call('ZREMRANGEBYRANK', key, 0, -tonumber(ARGV[3]) - 1)
  redis.call('EXPIRE', key, ARGV[4])
end
"""
"""KEYS digests; ARGV time, tag, most tags, ttl."""


def digest_key(store: Store, name: str, digest: str) -> str:
    """Where the tags of that digest are, in registry/repository."""
    return store.key("digest", f"{name}@{digest}")


class Digests:
    """Remembers digests of images and of their platforms. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._script = store.redis.register_script(REMEMBER)

    async def remember(self, name: str, digest: str, tag: str) -> None:
        """That registry/repository has this digest under this tag."""
        await self._remember(name, (digest,), tag)

    async def remember_all(self, report: Report) -> None:
        """That the report's image stands for its digest, and for those of its platforms."""
        image = Reference.parse(report.image)
        if image.tag:
            digests = (report.digest, *(platform.digest for platform in report.platforms))
            await self._remember(image.name, digests, image.tag)

    async def tags(self, name: str, digest: str) -> tuple[str, ...]:
        """The tags of registry/repository that stand for the digest, or for an index with it; newest first."""
        with trouble("looking for a digest"):
            found = await self._store.redis.zrevrange(digest_key(self._store, name, digest), 0, TAGS_MAX - 1)
        return tuple(str(tag) for tag in found)

    async def _remember(self, name: str, digests: tuple[str, ...], tag: str) -> None:
        keys = [digest_key(self._store, name, digest) for digest in digests]
        with trouble("remembering digests"):
            await self._script(keys=keys, args=[time.time(), tag, TAGS_MAX, DIGEST_TTL])
