"""Which digest of a channel was sent last, and the schedules that people chose for their channels.

A mark is written under the lease of the process that sends digests, so one that lost the lease moves nothing.
"""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.digest.schedule import Schedule, parse
from bot.errors import MalformedError, UsageError
from bot.store.connection import Store, trouble
from bot.store.lease import FENCED, Lease
from bot.store.threads.records import Address

MARK_TTL: Final = 60 * 24 * 3600
"""Seconds; a channel that was quiet for longer begins anew."""

CHANNELS_MAX: Final = 5000
"""Channels with a schedule of their own. They are kept until somebody changes them: people have entered them."""

_MARK: Final = FENCED + "redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3]) return 1"


def _schedule(text: str) -> str:
    try:
        return str(parse(text))
    except MalformedError as error:
        raise ValueError(str(error)) from None


class ChosenSchedule(BaseModel):
    """The schedule of a channel, who chose it, and when (seconds since the epoch)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    team: str = Field(max_length=100)
    channel: str = Field(max_length=100)
    digest: Annotated[str, AfterValidator(_schedule)]
    who: str = Field(default="", max_length=200)
    at: float = 0.0

    @property
    def schedule(self) -> Schedule:
        """As it is used."""
        return parse(self.digest)


class DigestMarks:
    """Remembers both. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._chosen = store.key("digest", "chosen")
        self._mark = store.redis.register_script(_MARK)

    async def last(self, address: Address) -> float | None:
        """When the last digest of that channel was due; None if there was none."""
        with trouble("reading when a digest was sent"):
            text = await self._store.redis.get(self._key(address))
        try:
            return float(text) if text else None
        except ValueError:
            return None

    async def mark(self, address: Address, due: float, lease: Lease) -> bool:
        """That digest is dealt with. False when the lease is lost."""
        keys = [lease.key, self._key(address)]
        with trouble("remembering that a digest was sent"):
            return bool(await self._mark(keys=keys, args=[str(lease.number), repr(due), MARK_TTL]))

    async def choose(self, chosen: ChosenSchedule) -> None:
        """The channel has that schedule from now on. Raises UsageError when too many channels have one."""
        name = f"{chosen.team} {chosen.channel}"
        with trouble("keeping a schedule"):
            known = await self._store.redis.hlen(self._chosen)
            if known >= CHANNELS_MAX and not await self._store.redis.hexists(self._chosen, name):
                raise UsageError(f"{CHANNELS_MAX} channels have a schedule of their own already")
            await self._store.redis.hset(self._chosen, name, chosen.model_dump_json())

    async def forget(self, team: str, channel: str) -> bool:
        """It has the schedule of the settings again. Whether it had one of its own."""
        with trouble("forgetting a schedule"):
            return bool(await self._store.redis.hdel(self._chosen, f"{team} {channel}"))

    async def chosen(self, team: str, channel: str) -> ChosenSchedule | None:
        """What people chose for that channel."""
        with trouble("reading a schedule"):
            return _read(await self._store.redis.hget(self._chosen, f"{team} {channel}"))

    async def all(self) -> tuple[ChosenSchedule, ...]:
        """All that people chose; what cannot be read is left out."""
        with trouble("reading the schedules"):
            texts = await self._store.redis.hvals(self._chosen)
        return tuple(one for one in map(_read, texts[:CHANNELS_MAX]) if one is not None)

    def _key(self, address: Address) -> str:
        return self._store.key("digest", "sent", address.slot)


def _read(text: str | bytes | None) -> ChosenSchedule | None:
    try:
        return ChosenSchedule.model_validate_json(text) if text else None
    except ValidationError:
        return None
