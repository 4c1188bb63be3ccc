"""When the content of a tag was pushed. The time belongs to the image at a digest, not to the job that looks at it.

A push announces a tag, and mostly no digest that could be believed. So the time is first kept for the tag, and for the
digest when the registry has told what the tag stands for. It never changes after that.
"""

from typing import Final

from bot.store.connection import Store, trouble

PUSH_TTL: Final = 30 * 24 * 3600
"""Seconds; a push has settled long before."""

ANNOUNCE: Final = """
local at = ARGV[2]
if at == '' then
  local time = redis.call('TIME')
  at = string.format('%d.%06d', time[1], time[2])
end
redis.call('SET', KEYS[1], at, 'EX', ARGV[1])
if ARGV[3] ~= '' then
  redis.call('SET', KEYS[2], at, 'EX', ARGV[1])
  redis.call('SET', KEYS[3], ARGV[3] .. ' ' .. at, 'EX', ARGV[1])
end
"""
"""KEYS push of the tag, heard of the tag, heard of the repository; ARGV ttl, time or "" for now, source or ""."""

_FIRST: Final = """
local known = redis.call('GET', KEYS[1])
if known then return known end
local at = redis.call('GET', KEYS[2]) or ARGV[2]
if at ~= '' then redis.call('SET', KEYS[1], at, 'EX', ARGV[1]) end
return at
"""
"""KEYS push of the digest, push of the tag; ARGV ttl, time should nothing be remembered or "". The time or ""."""


def announce_keys(store: Store, image: str) -> tuple[str, str, str]:
    """The KEYS of ANNOUNCE for that tag."""
    return store.key("push", image), store.key("heard", image), store.key("heard-from", image.rpartition(":")[0])


class Pushes:
    """Remembers times of pushes, in seconds since the epoch. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._announce = store.redis.register_script(ANNOUNCE)
        self._first = store.redis.register_script(_FIRST)

    async def announce(self, image: str, at: float | None = None, *, source: str = "") -> None:
        """Somebody says that the tag was pushed, at that time or now; `source` is the webhook's that says so.

        Now is by the store's clock: those of a sender, a web server and a worker may be an hour apart.
        """
        with trouble("remembering a push"):
            await self._announce(
                keys=announce_keys(self._store, image), args=[PUSH_TTL, "" if at is None else repr(at), source]
            )

    async def heard(self, image: str) -> float:
        """When a webhook last announced the tag; 0 when none did."""
        with trouble("looking for an announcement"):
            return _number(await self._store.redis.get(self._store.key("heard", image))) or 0.0

    async def heard_from(self, name: str) -> tuple[str, float]:
        """The webhook source that last announced a tag of registry/repository, and when; "" and 0 when none did."""
        with trouble("looking for an announcement"):
            text = str(await self._store.redis.get(self._store.key("heard-from", name)) or "")
        source, _, at = text.partition(" ")
        return source, _number(at) or 0.0

    async def first(self, image: str, digest: str, *, announced: float = 0.0) -> float | None:
        """When the tag was first pushed with that digest; None when no push of it is known.

        `announced` is the time that a job tells, should nothing be remembered of the tag; 0 = it tells none.
        """
        key = self._store.key("push", f"{image}@{digest}")
        told = repr(announced) if announced else ""
        with trouble("looking for a push"):
            known = await self._first(keys=[key, self._store.key("push", image)], args=[PUSH_TTL, told])
        return _number(known or None)

    async def signed_late(self, image: str, digest: str, at: float) -> None:
        """Another signature of that content was seen, long after its push. Of several the first counts.

        Else whoever may push signatures could put off for ever what waits for those of another registry.
        """
        with trouble("remembering a late signature"):
            await self._store.redis.set(self._late_key(image, digest), repr(at), ex=PUSH_TTL, nx=True)

    async def late_signature(self, image: str, digest: str) -> float:
        """When that was; 0 when it was not."""
        with trouble("looking for a late signature"):
            return _number(await self._store.redis.get(self._late_key(image, digest))) or 0.0

    def _late_key(self, image: str, digest: str) -> str:
        return self._store.key("signed-late", f"{image}@{digest}")


def _number(text: str | bytes | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
