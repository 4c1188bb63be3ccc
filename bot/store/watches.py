"""The watches that people added: which images, their tags, who added them, when, and where results are posted."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.errors import MalformedError, UsageError
from bot.policy.globs import require_glob
from bot.store.connection import Store, trouble

WATCHES_MAX: Final = 1000
"""Watches in the store; each is read again by every process every few seconds."""

TAG_GLOBS_MAX: Final = 20
"""Globs for tags of one watch."""


def _glob(text: str) -> str:
    try:
        return require_glob(text)
    except MalformedError as error:
        raise ValueError(str(error)) from None


class Watch(BaseModel):
    """Images to watch. `glob` names repositories, `tags` which of their tags; no tags = all.

    `who` is a Slack user's id or a name on a terminal, `channel` a Slack channel, "" = the policy's or the default one;
    `at` in seconds since the epoch.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    glob: Annotated[str, AfterValidator(_glob)]
    tags: Annotated[
        tuple[Annotated[str, Field(max_length=128, pattern=r"^[A-Za-z0-9_.*?-]+$")], ...],
        Field(max_length=TAG_GLOBS_MAX),
    ] = ()
    who: str = Field(default="", max_length=200)
    channel: str = Field(default="", max_length=100)
    at: float = 0.0


class StoredWatches:
    """Keeps them, each under its glob, until somebody takes it out. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = store.key("watches")

    async def add(self, watch: Watch) -> bool:
        """Keep it, in place of one with the same glob: False then.

        Raises UsageError when there are too many.
        """
        with trouble("keeping a watch"):
            if await self._store.redis.hlen(self._key) >= WATCHES_MAX and not await self._has(watch.glob):
                raise UsageError(f"there are {WATCHES_MAX} watches already; use a glob for several repositories")
            return bool(await self._store.redis.hset(self._key, watch.glob, watch.model_dump_json()))

    async def remove(self, glob: str) -> bool:
        """Whether there was such a watch."""
        with trouble("removing a watch"):
            return bool(await self._store.redis.hdel(self._key, glob))

    async def all(self) -> tuple[Watch, ...]:
        """In the order of their globs. What cannot be read is not a watch."""
        with trouble("reading the watches"):
            found = await self._store.redis.hgetall(self._key)
        watches = (_read(text) for _, text in sorted(found.items())[:WATCHES_MAX])
        return tuple(watch for watch in watches if watch is not None)

    async def _has(self, glob: str) -> bool:
        return bool(await self._store.redis.hexists(self._key, glob))


def _read(text: str | bytes) -> Watch | None:
    try:
        return Watch.model_validate_json(text)
    except ValidationError:
        return None
