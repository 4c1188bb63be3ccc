"""Commands are packed in C as redis-py packs them, and what no command can hold is refused as it refuses it."""

from typing import Final, cast

import pytest
from redis.asyncio import Connection
from redis.exceptions import DataError

from bot.store.packed_in_c import PACKED

COMMANDS: Final = (
    ("GET", "a"),
    ("EVALSHA", "f" * 40, 2, "first", "second", b"\xff\x00\r\n", "", "é"),
    ("CONFIG GET", "maxmemory"),
    (b"XADD", "stream", "*", "at", 1.5, "count", -3),
    ("SET", "large", b"x" * 100_000),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command[0]))
def test_a_command_has_the_bytes_of_redis_py(command: tuple[str | bytes | int | float, ...]) -> None:
    ours = PACKED[Connection]()
    assert b"".join(ours.pack_command(*command)) == b"".join(Connection().pack_command(*command))


@pytest.mark.parametrize("argument", [None, {}, "\ud800"])
def test_what_cannot_be_packed_is_refused(argument: object) -> None:
    with pytest.raises(DataError):
        PACKED[Connection]().pack_command("SET", "key", cast("str", argument))
