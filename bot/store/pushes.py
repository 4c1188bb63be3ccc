"""When the content of a tag was pushed. The time belongs to the image at a digest, not to the job that looks at it.

A push announces a tag, and mostly no digest that could be believed. So the time is first kept for the tag, and for the
digest when the registry has told what the tag stands for. It never changes after that.
"""

from typing import Final

from bot.store.connection import Store, trouble

PUSH_TTL: Final = 30 * 24 * 3600
"""Seconds; a push has settled long before."""


class Pushes:
    """Remembers times of pushes, in seconds since the epoch. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def announce(self, image: str, at: float | None = None, *, source: str = "") -> None:
        """Somebody says that the tag was pushed, at that time or now; `source` is the webhook's that says so.

        Now is by the store's clock: those of a sender, a web server and a worker may be an hour apart.
        """
        name = image.rpartition(":")[0]
        at = await self._store.exactly_now() if at is None else at
        with trouble("remembering a push"):
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.set(self._store.key("push", image), repr(at), ex=PUSH_TTL)
                if source:
                    pipe.set(self._store.key("heard", image), repr(at), ex=PUSH_TTL)
                    pipe.set(self._store.key("heard-from", name), f"{source} {at!r}", ex=PUSH_TTL)
                await pipe.execute()

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
        with trouble("looking for a push"):
            known, of_tag = await self._store.redis.mget(key, self._store.key("push", image))
            of_tag = of_tag or (repr(announced) if announced else None)
            if known is None and of_tag is not None:
                await self._store.redis.set(key, of_tag, nx=True, ex=PUSH_TTL)
                known = await self._store.redis.get(key)
        return _number(known)


def _number(text: str | bytes | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
