"""What ends by itself, and when: a worker looks here, and tells each end once."""

import json
from typing import Final, cast

from msgspec import Struct

from bot.attention import Kind, NotePlace
from bot.store.connection import Store, trouble

ENDS_TTL: Final = 365 * 24 * 3600
"""Seconds after the last change."""

ENDS_MAX: Final = 20_000
"""Ends that are awaited at the same time; the last ones go first."""


class DueEnd(Struct, frozen=True):
    """Something that ends: a note about `place`, or the waiver `id`."""

    kind: Kind
    place: NotePlace | None
    id: str
    at: float


class Ends:
    """Remembers them. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = store.key("attention", "ends")

    async def expect(self, kind: Kind, what: NotePlace | str, at: float) -> None:
        """It ends then."""
        with trouble("remembering an end"):
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.zadd(self._key, {_member(kind, what): at})
                pipe.zremrangebyrank(self._key, ENDS_MAX, -1)
                pipe.expire(self._key, ENDS_TTL)
                await pipe.execute()

    async def forget(self, kind: Kind, what: NotePlace | str) -> None:
        """It is told, or it does not end any more."""
        with trouble("forgetting an end"):
            await self._store.redis.zrem(self._key, _member(kind, what))

    async def due(self, now: float, count: int = 100) -> list[DueEnd]:
        """What has ended and was not told, the oldest first."""
        return await self.between(float("-inf"), now, count)

    async def between(self, first: float, last: float, count: int = 100) -> list[DueEnd]:
        """What ends in that time, the earliest first."""
        with trouble("looking for what ends"):
            found = await self._store.redis.zrangebyscore(self._key, first, last, start=0, num=count, withscores=True)
            ends = []
            for member, at in cast("list[tuple[str, float]]", found):
                end = _read(member, at)
                if end is None:
                    await self._store.redis.zrem(self._key, member)
                else:
                    ends.append(end)
        return ends


def _member(kind: Kind, what: NotePlace | str) -> str:
    return json.dumps([kind, what] if isinstance(what, str) else [kind, what.team, what.channel, what.subject])


def _read(member: str, at: float) -> DueEnd | None:
    try:
        match json.loads(member):
            case [str(kind), str(id_)]:
                return DueEnd(Kind(kind), None, id_, at)
            case [str(kind), str(team), str(channel), str(subject)]:
                return DueEnd(Kind(kind), NotePlace(team, channel, subject), "", at)
    except ValueError:
        pass
    return None
