"""What people chose for a channel: what is posted of passes, fixes and new failures, and where owners are mentioned."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import UsageError
from bot.store.connection import Store, trouble

CHANNELS_MAX: Final = 5000
"""Channels with choices of their own. They are kept until somebody changes them: people have entered them."""


class ChannelChoices(BaseModel):
    """Those of one channel; "" where the policy decides. `who` chose last, `at` in seconds since the epoch."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    team: str = Field(max_length=100)
    channel: str = Field(max_length=100)
    passes: Literal["", "each", "digest", "none"] = ""
    mentions: Literal["", "parent", "thread", "none"] = ""
    threads: Literal["", "on", "off"] = ""
    broadcast: Literal["", "on", "off"] = ""
    who: str = Field(default="", max_length=200)
    at: float = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is chosen."""
        return not (self.passes or self.mentions or self.threads or self.broadcast)


class StoredChoices:
    """Remembers them. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = store.key("channel-choices")

    async def of(self, team: str, channel: str) -> ChannelChoices:
        """Those of that channel; empty ones if nothing was chosen or what is stored cannot be read."""
        with trouble("reading what a channel has chosen"):
            text = await self._store.redis.hget(self._key, f"{team} {channel}")
        return _read(text) or ChannelChoices(team=team, channel=channel)

    async def put(self, choices: ChannelChoices) -> None:
        """They hold from now on. Raises UsageError when too many channels have some."""
        name = f"{choices.team} {choices.channel}"
        with trouble("keeping what a channel has chosen"):
            if choices.is_empty:
                await self._store.redis.hdel(self._key, name)
                return
            known = await self._store.redis.hlen(self._key)
            if known >= CHANNELS_MAX and not await self._store.redis.hexists(self._key, name):
                raise UsageError(f"{CHANNELS_MAX} channels have settings of their own already")
            await self._store.redis.hset(self._key, name, choices.model_dump_json())

    async def all(self) -> tuple[ChannelChoices, ...]:
        """All of them; what cannot be read is left out."""
        with trouble("reading what channels have chosen"):
            texts = await self._store.redis.hvals(self._key)
        return tuple(one for one in map(_read, texts[:CHANNELS_MAX]) if one is not None)


def _read(text: str | bytes | None) -> ChannelChoices | None:
    try:
        return ChannelChoices.model_validate_json(text) if text else None
    except ValidationError:
        return None
