"""What the second look knows of each image that was released: marks of its evidence, last outcome, when it is due."""

from contextlib import suppress
from math import inf
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.store.connection import Store, trouble
from bot.store.lease import FENCED, Lease
from bot.store.polls import LostLeaseError

SECOND_LOOKS_TTL: Final = 180 * 24 * 3600
"""Seconds after the last look; as long as releases are remembered."""

SAME: Final = "SAME"
"""The outcome that says nothing."""

UNREACHABLE: Final = "UNREACHABLE"
"""The outcome of a look to which nobody answered."""

IMAGES_MAX: Final = 20_000
"""Images that are looked at again; 1,000 groups with 3 versions in 2 registries have 6,000."""


class SecondLook(BaseModel):
    """One image. Times are seconds since the epoch, of the store's clock.

    `marks` says what each place with evidence held when it was last asked: digest of a tag, hash of a list. `outcome`
    and `reason` are codes of bot/polling/second/outcomes.py; `since` is when that outcome was first seen.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    digest: str = ""
    marks: dict[str, str] = Field(default_factory=dict)
    outcome: str = ""
    reason: str = ""
    since: float = 0.0
    looked_at: float = 0.0
    is_told: bool = False


_SAVE: Final = (
    FENCED
    + """
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[5])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[4])
redis.call('EXPIRE', KEYS[3], ARGV[5])
if ARGV[6] == '' then redis.call('HDEL', KEYS[4], ARGV[4]) else redis.call('HSET', KEYS[4], ARGV[4], ARGV[6]) end
redis.call('EXPIRE', KEYS[4], ARGV[5])
return 1
"""
)
"""KEYS lease, image, due, open; ARGV number, what is known, due at, image, time to live, outcome unless SAME."""


class SecondLooks:
    """Keeps them. Every method may raise StoreError, and `save` LostLeaseError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._due = store.key("second-looks")
        self._open = store.key("second-looks", "open")
        self._save = store.redis.register_script(_SAVE)

    async def load(self, image: str) -> SecondLook:
        """What is known of that image."""
        with trouble("reading a second look"):
            text = await self._store.redis.get(self._key(image))
        try:
            return SecondLook.model_validate_json(str(text)) if text else SecondLook()
        except ValidationError:
            return SecondLook()

    async def save(self, image: str, look: SecondLook, *, due: float, lease: Lease) -> None:
        """Keep it, and when the image is due again."""
        keys = [lease.key, self._key(image), self._due, self._open]
        text = "" if look.outcome in {"", SAME} else f"{look.outcome} {look.reason}"
        with trouble("keeping a second look"):
            done = await self._save(
                keys=keys, args=[lease.number, look.model_dump_json(), due, image, SECOND_LOOKS_TTL, text]
            )
        if not done:
            raise LostLeaseError

    async def due(self, now: float, count: int) -> tuple[str, ...]:
        """The images that are due, the longest waiting first."""
        with trouble("looking for second looks"):
            found = await self._store.redis.zrangebyscore(self._due, "-inf", now, start=0, num=count)
        return tuple(map(str, found))

    async def hasten(self, image: str, now: float) -> None:
        """Something was noticed of that image: if it is looked at again at all, then at the next round."""
        with trouble("hastening a second look"):
            await self._store.redis.zadd(self._due, {image: now}, xx=True, lt=True)

    async def open(self, count: int = 200) -> dict[str, str]:
        """The images that are not as they were, each with outcome and reason, in the order of their names."""
        with trouble("reading second looks"):
            found = await self._store.redis.hgetall(self._open)
        return {str(image): str(text) for image, text in sorted(found.items())[:count]}

    async def unread(self, now: float, after: float) -> dict[str, float]:
        """The images that could not be looked at for that many seconds or longer, and since when.

        Nobody answered; or nobody asked although they are due, because no worker runs. An older version wrote 0 for
        what was due at once: that is unread since its last look.
        """
        with trouble("reading second looks"):
            late = await self._store.redis.zrangebyscore(self._due, 0, now - after, withscores=True)
            opened = await self._store.redis.hgetall(self._open)
        due = {str(pair[0]): float(pair[1]) for pair in late[:IMAGES_MAX]}
        at_once = [image for image, at in due.items() if not at]
        asked = [str(image) for image, text in opened.items() if str(text).partition(" ")[0] == UNREACHABLE]
        looks = await self._loaded([*at_once, *asked])
        since = {image: looks[image].looked_at for image in at_once if image in looks}
        since |= {image: looks[image].since for image in asked if image in looks}
        return {image: at for image, at in (due | since).items() if 0 < at <= now - after}

    async def _loaded(self, images: list[str]) -> dict[str, SecondLook]:
        """Those that can be read."""
        with trouble("reading second looks"):
            texts = await self._store.redis.mget([self._key(image) for image in images]) if images else []
        found = {}
        for image, text in zip(images, texts, strict=True):
            with suppress(ValidationError):
                found[image] = SecondLook.model_validate_json(str(text))
        return found

    async def plan(self, due: dict[str, float], *, latest: float) -> None:
        """These images and no others are looked at; those that are planned already keep their time.

        But not one after `latest`, which only a clock that went wrong can have put there.
        """
        with trouble("planning second looks"):
            found = await self._store.redis.zrange(self._due, 0, -1, withscores=True)
            planned = {str(pair[0]): float(pair[1]) for pair in found}
            new = {image: at for image, at in list(due.items())[:IMAGES_MAX] if planned.get(image, inf) > latest}
            gone = [image for image in planned if image not in due]
            async with self._store.redis.pipeline(transaction=True) as pipe:
                if new:
                    pipe.zadd(self._due, new, lt=True)
                if gone:
                    pipe.zrem(self._due, *gone)
                    pipe.hdel(self._open, *gone)
                pipe.expire(self._due, SECOND_LOOKS_TTL)
                await pipe.execute()

    def _key(self, image: str) -> str:
        return self._store.key("second-look", image)
