"""Threads on their way to another store: the records as they are, so that nothing is posted a second time there."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Final

import structlog
from pydantic import BaseModel, ConfigDict, Field

from bot.errors import StoreError
from bot.store.connection import Store, trouble
from bot.store.threads import NEWEST_MAX, THREAD_TTL, Threads
from bot.store.threads.records import Address, read

log = structlog.get_logger(__name__)

PARTS_MAX: Final = 1000
"""Messages of one thread."""

_SLOT: Final = re.compile(r"\{([^:{}]*):([^{}]*)\}:(.+)", re.DOTALL)


class MovedThread(BaseModel):
    """A thread: its parent's record, and those of its replies in their order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    team: str = Field(max_length=100)
    channel: str = Field(max_length=100)
    subject: str = Field(min_length=1, max_length=600)
    parent: dict[str, str]
    replies: dict[str, dict[str, str]] = Field(default_factory=dict, max_length=PARTS_MAX)
    newest_at: float = 0.0


async def exported(store: Store) -> AsyncIterator[MovedThread]:
    """Every thread; those that cannot be read are left out, and named in the log. Raises StoreError."""
    prefix = store.key("slack", "parent", "")
    with trouble("reading threads"):
        async for key in store.redis.scan_iter(match=f"{prefix}*", count=1000):
            found = _SLOT.fullmatch(str(key).removeprefix(prefix))
            thread = await _exported(store, Address(found[1], found[2], found[3])) if found else None
            if thread is not None:
                yield thread


async def _exported(store: Store, address: Address) -> MovedThread | None:
    threads, redis = Threads(store), store.redis
    try:
        if await threads.get(address) is None:
            return None
    except StoreError as error:
        if error.retry_after is not None:  # the store, not the record: without it the export would look whole
            raise
        log.warning("a thread is left out", subject=address.subject, channel=address.channel, why=str(error))
        return None
    parts = [str(part) for part in await redis.lrange(_parts(store, address), 0, PARTS_MAX - 1)]
    records = {part: _text(await redis.hgetall(threads.key(address, part))) for part in parts}
    at = await redis.zscore(store.key("slack", "newest"), _listed(address))
    return MovedThread(
        team=address.team,
        channel=address.channel,
        subject=address.subject,
        parent=_text(await redis.hgetall(threads.key(address))),
        replies={part: record for part, record in records.items() if record},
        newest_at=float(at or 0.0),
    )


async def imported(store: Store, thread: MovedThread) -> bool:
    """False when there is a thread of that subject in that channel already: it stays. Raises StoreError."""
    address, threads = Address(thread.team, thread.channel, thread.subject), Threads(store)
    records = {"": thread.parent} | thread.replies
    messages = {part: read(record) for part, record in records.items()}
    key, newest = threads.key(address), store.key("slack", "newest")
    with trouble("storing a thread"):
        async with store.redis.pipeline(transaction=True) as pipe:
            await pipe.watch(key)
            if await pipe.exists(key):
                return False
            pipe.multi()  # type: ignore[no-untyped-call]
            for part, record in records.items():
                pipe.hset(threads.key(address, part), items=[text for pair in record.items() for text in pair])
                pipe.expire(threads.key(address, part), THREAD_TTL)
                if messages[part].ts:
                    pipe.set(threads.pointer(address, messages[part].ts), address.subject, ex=THREAD_TTL)
            if thread.replies:
                pipe.rpush(_parts(store, address), *thread.replies)
                pipe.expire(_parts(store, address), THREAD_TTL)
            pipe.zadd(newest, {_listed(address): thread.newest_at})
            pipe.zremrangebyrank(newest, 0, -NEWEST_MAX - 1)
            pipe.expire(newest, THREAD_TTL)
            await pipe.execute()
    return True


def _parts(store: Store, address: Address) -> str:
    return store.key("slack", "parts", address.slot, address.subject)


def _listed(address: Address) -> str:
    return f"{address.team} {address.channel} {address.subject}"


def _text(record: Mapping[bytes | str, bytes | str]) -> dict[str, str]:
    return {str(field): str(text) for field, text in record.items()}
