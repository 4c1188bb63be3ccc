"""Which version of the stored records a store holds, so that an older program does not read what it would misread.

Additions need no new number: unknown fields of a record are ignored, and what is missing is filled in when it is met
(threads: bot/store/threads/adoption.py; the board: bot/jobs/board_filling.py). The number goes up when an older program
would lose or misread something.
"""

from typing import Final

from redis.asyncio import Redis

from bot.errors import SettingsError

SCHEMA: Final = 5
"""1 was before releases; it wrote no number. 2 compressed only long texts, and no messages. 3 had each text of a
message in a field of its own. 4 compressed with other words (packing.py). All are read."""

KEY: Final = "provenance:schema"
"""It has no time to live: it belongs to the store and not to a record."""


async def require_schema(redis: Redis, *, may_write: bool) -> None:
    """Note our number in a store that has an older one or none.

    Raises SettingsError for a newer one, and what redis-py raises.
    """
    found = await redis.get(KEY)
    if found is not None and not (found.isascii() and found.isdigit() and len(found) < 10):  # noqa: PLR2004
        raise SettingsError(f"the store: its key {KEY} is not a number, so it is not known who wrote it")
    known = int(found or 0)
    if known > SCHEMA:
        raise SettingsError(
            f"the store was written by a newer version of provenance-bot (schema {known}, this one writes {SCHEMA});"
            " run that version, or use another store (`provenance export` of that version moves watches and threads)"
        )
    if known < SCHEMA and may_write:
        await redis.set(KEY, SCHEMA)
