"""Which channels have threads, and the parents of the threads in one of them; read in a few commands."""

from collections.abc import Mapping
from typing import Final

from bot.errors import StoreError
from bot.store.connection import Store, trouble
from bot.store.threads import NEWEST_MAX, Threads
from bot.store.threads.records import Address, Message, read

_PARTS: Final = 3


async def addresses(store: Store) -> tuple[Address, ...]:
    """The threads that changed last, newest first, at most NEWEST_MAX. Raises StoreError."""
    with trouble("listing threads"):
        members = await store.redis.zrevrange(store.key("slack", "newest"), 0, NEWEST_MAX - 1)
    split = (str(member).split(" ", 2) for member in members)
    return tuple(Address(*parts) for parts in split if len(parts) == _PARTS)


async def parents(store: Store, found: list[Address]) -> list[tuple[Address, Message]]:
    """The parents of these threads; those that are gone or cannot be read are left out. Raises StoreError."""
    threads = Threads(store)
    with trouble("reading threads"):
        async with store.redis.pipeline(transaction=False) as pipe:
            for address in found:
                pipe.hgetall(threads.key(address))
            records = await pipe.execute() if found else []
    return [(address, message) for address, record in zip(found, records, strict=True) if (message := _read(record))]


def _read(record: Mapping[str, str]) -> Message | None:
    try:
        return read(record) if record else None
    except StoreError:
        return None
