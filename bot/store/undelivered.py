"""Posts that Slack does not take until a person has done something: they wait here, and are then queued again."""

from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.store.connection import Store, trouble

UNDELIVERED_MAX: Final = 2000
"""Posts that wait. A release has one in each of its channels."""

UNDELIVERED_TTL: Final = 30 * 24 * 3600
"""Seconds after the last one."""

LOOK_DUE: Final = ("slack", "setup", "due")
"""The key that lives until the Slack setup is looked at again (bot/jobs/slack_setup.py)."""

SOON: Final = 15
"""Seconds until that look, if Slack refused a post while all seemed well."""

WELL_MIN: Final = 900
"""Seconds; only while all seems well, a look is further away than that."""

_REMOVE: Final = """
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('HDEL', KEYS[1], ARGV[1]) else return 0 end
"""


class UndeliveredPost(BaseModel):
    """A post job as it was queued. `where` is the channel as it was named, "" = the default channel."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    task: str
    name: str
    text: str
    where: str = ""


class Undelivered:
    """Keeps them, one for each name. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = store.key("slack", "undelivered")
        self._remove = store.redis.register_script(_REMOVE)

    async def keep(self, post: UndeliveredPost) -> bool:
        """Keep it, in place of one with the same name. False if there are too many."""
        with trouble("keeping a post"):
            if await self.count() >= UNDELIVERED_MAX and not await self._store.redis.hexists(self._key, post.name):
                return False
            async with self._store.redis.pipeline(transaction=True) as pipe:
                pipe.hset(self._key, post.name, post.model_dump_json())
                pipe.expire(self._key, UNDELIVERED_TTL)
                await pipe.execute()
            due = self._store.key(*LOOK_DUE)
            if await self._store.redis.ttl(due) > WELL_MIN:
                await self._store.redis.expire(due, SOON)
        return True

    async def all(self) -> tuple[UndeliveredPost, ...]:
        """Those that can be read."""
        with trouble("reading posts"):
            found = await self._store.redis.hgetall(self._key)
        return tuple(post for text in found.values() if (post := _read(text)) is not None)

    async def count(self) -> int:
        """How many wait."""
        with trouble("counting posts"):
            return int(await self._store.redis.hlen(self._key))

    async def remove(self, post: UndeliveredPost) -> None:
        """It is queued again. One that was kept meanwhile under its name stays."""
        with trouble("removing a post"):
            await self._remove(keys=[self._key], args=[post.name, post.model_dump_json()])


def _read(text: str | bytes) -> UndeliveredPost | None:
    try:
        return UndeliveredPost.model_validate_json(text)
    except ValidationError:
        return None
