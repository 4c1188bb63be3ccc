"""What people said, on its way to another store. What is there already stays as it is."""

from collections.abc import AsyncIterator, Mapping
from typing import Final

from bot.attention import Kind, StoredWaiver
from bot.store.attention.notes import KINDS_OF_NOTES, Notes
from bot.store.attention.records import KINDS, Record, plain, read, validated
from bot.store.attention.waivers import Waivers
from bot.store.connection import Store, trouble

PLURALS: Final[Mapping[Kind, str]] = {
    Kind.ACKNOWLEDGEMENT: "acknowledgements",
    Kind.SNOOZE: "snoozes",
    Kind.MUTE: "mutes",
    Kind.REVOKED_SECRET: "notes on secrets",
    Kind.PROPOSED_FIX: "proposed fixes",
    Kind.WAIVER: "waivers",
}


async def exported(store: Store) -> AsyncIterator[tuple[Kind, object]]:
    """Kind and value of every record; those that cannot be read are left out. Raises StoreError."""
    for waiver in await Waivers(store).all():
        yield Kind.WAIVER, plain(waiver)
    for kind in KINDS_OF_NOTES:
        prefix = store.key("attention", kind, "")
        with trouble("reading what was said"):
            async for key in store.redis.scan_iter(match=f"{prefix}*", count=1000):
                note = read(KINDS[kind], await store.redis.get(key))
                if note is not None:
                    yield kind, plain(note)


async def imported(store: Store, kind: Kind, value: object) -> bool:
    """Whether it was stored; False when there is one already. Raises StoreError, and ValueError if it is not one."""
    record: Record = validated(KINDS[kind], value)
    if isinstance(record, StoredWaiver):
        return await Waivers(store).add(record)
    return await Notes(store).put(record)
