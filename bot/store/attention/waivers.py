"""The waivers that people gave. The judgement asks for those of one image; people list all of their workspace."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.attention import Kind, StoredWaiver
from bot.errors import UsageError
from bot.oci.reference import Reference
from bot.store.attention.ends import Ends
from bot.store.attention.page import Page
from bot.store.attention.records import read, text_of
from bot.store.attention.scripts import PUT
from bot.store.connection import Store, trouble
from bot.values import replace

WAIVERS_MAX: Final = 1000
"""Waivers that hold at the same time."""

WAIVER_TTL: Final = 365 * 24 * 3600
"""Seconds after it was given: reports name it after its end, too."""

REPOSITORY_MAX: Final = 200
"""Waivers that one check reads, the last to end."""

USED_MAX: Final = 2000
"""Images of one waiver that are looked at again when it ends, the newest."""


class Waivers:
    """Keeps them. Every method may raise StoreError."""

    def __init__(self, store: Store, *, most: int = WAIVERS_MAX) -> None:
        self._store = store
        self._most = most
        self._all = store.key("attention", "waivers")
        self._ends = Ends(store)
        self._put = store.redis.register_script(PUT)

    async def add(self, waiver: StoredWaiver) -> bool:
        """Keep it. False when there is one with that id already.

        Raises UsageError when too many hold.
        """
        now = await self._store.now()
        with trouble("keeping a waiver"):
            if await self._store.redis.zcount(self._all, now, "+inf") >= self._most:
                raise UsageError(f"there are {self._most} waivers already; revoke some, or use the policy file")
            if not await self._put(keys=[self._key(waiver.id)], args=["", text_of(waiver), WAIVER_TTL]):
                return False
        await self._list(waiver)
        return True

    async def now(self) -> float:
        """The time by which waivers end."""
        return await self._store.now()

    async def get(self, id_: str) -> StoredWaiver | None:
        """That waiver."""
        with trouble("reading a waiver"):
            return read(StoredWaiver, await self._store.redis.get(self._key(id_)))

    async def revoke(self, id_: str, who: str) -> StoredWaiver | None:
        """Take it back; the waiver as it is now. None when there is none that holds: done once, by one person."""
        now = await self._store.now()
        with trouble("revoking a waiver"):
            raw = await self._store.redis.get(self._key(id_))
            waiver = read(StoredWaiver, raw)
            if waiver is None or not waiver.holds(now):
                return None
            revoked = replace(waiver, revoked_by=who, revoked_at=now)
            if not await self._put(keys=[self._key(id_)], args=[raw or "", text_of(revoked), WAIVER_TTL]):
                return None
        await self._list(revoked)
        return revoked

    async def covering(self, image: Reference, digest: str, now: float) -> tuple[StoredWaiver, ...]:
        """Those that hold for that image at that digest."""
        with trouble("looking for waivers"):
            ids = await self._store.redis.zrevrangebyscore(
                self._within(image.name), "+inf", now, start=0, num=REPOSITORY_MAX
            )
            waivers = await self._read(map(str, ids))
        return tuple(one for one in waivers if one.holds(now) and one.covers(image, digest))

    async def used(self, waiver: StoredWaiver, image: str) -> None:
        """It acts in the report on that image."""
        key = self._used(waiver.id)
        with trouble("remembering where a waiver acts"):
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.zadd(key, {image: await self._store.now()})
                pipe.zremrangebyrank(key, 0, -USED_MAX - 1)
                pipe.expire(key, WAIVER_TTL)
                await pipe.execute()

    async def uses(self, id_: str) -> tuple[str, ...]:
        """The images in whose report it acts, or acted."""
        with trouble("looking where a waiver acts"):
            return tuple(map(str, await self._store.redis.zrange(self._used(id_), 0, -1)))

    async def listed(
        self, team: str = "", channel: str = "", *, limit: int = 25, before: float | None = None
    ) -> Page[StoredWaiver]:
        """Those that hold, the first to end first; of one workspace, one channel, or that end `before` a moment.

        Those that were given on the pages are of no workspace, and every one lists them.
        """
        now = await self._store.now()
        with trouble("listing waivers"):
            last = "+inf" if before is None else before
            ids = await self._store.redis.zrangebyscore(self._all, now, last, start=0, num=WAIVERS_MAX)
            found = await self._read(map(str, ids))
        kept = [
            one
            for one in found
            if one.holds(now) and one.place.team in {"", team or one.place.team} and channel in {"", one.place.channel}
        ]
        return Page(kept[:limit], len(kept))

    async def all(self) -> Sequence[StoredWaiver]:
        """Every waiver that is remembered, also those that are over; for an export."""
        with trouble("reading the waivers"):
            return await self._read(map(str, await self._store.redis.zrange(self._all, 0, -1)))

    async def _read(self, ids: Iterable[str]) -> list[StoredWaiver]:
        keys = [self._key(id_) for id_ in ids]
        texts = await self._store.redis.mget(keys) if keys else []
        return [one for one in (read(StoredWaiver, text) for text in texts) if one is not None]

    async def _list(self, waiver: StoredWaiver) -> None:
        async with self._store.redis.pipeline(transaction=True) as pipe:
            for key in (self._all, *(self._within(name) for name in waiver.repositories)):
                pipe.zadd(key, {waiver.id: waiver.ends_at})
                pipe.zremrangebyrank(key, 0, -2 * WAIVERS_MAX - 1)
                pipe.expire(key, WAIVER_TTL)
            await pipe.execute()
        await self._ends.expect(Kind.WAIVER, waiver.id, waiver.ends_at)

    def _key(self, id_: str) -> str:
        return self._store.key("attention", Kind.WAIVER, id_)

    def _within(self, repository: str) -> str:
        return self._store.key("attention", "waivers-of", repository)

    def _used(self, id_: str) -> str:
        return self._store.key("attention", "waiver-uses", id_)
