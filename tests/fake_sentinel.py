"""A Redis Sentinel that answers one question: where the master is. It says what the test says, and watches nobody.

The answer has the form of a real sentinel's: an array of one map for each master, of texts (RESP 3).
https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#sentinel-api
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from msgspec import Struct, field

SERVICE: Final = "bots"

_HELLO: Final = b"%1\r\n$5\r\nproto\r\n:3\r\n"


class FakeSentinel(Struct):
    """`master` is the port that it names; `late` are ports that it names before, once each. `open` are connections."""

    master: int
    late: list[int] = field(default_factory=list)
    asked: int = 0
    open: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"redis+sentinel://127.0.0.1:{self.port}/{SERVICE}/0"

    def answer(self, words: list[bytes]) -> bytes:
        """To one command."""
        match [word.upper() for word in words[:2]]:
            case [b"HELLO", b"3"]:
                return _HELLO
            case [b"SENTINEL", b"MASTERS"]:
                self.asked += 1
                return self._masters(self.late.pop(0) if self.late else self.master)
            case _:
                return b"-ERR unknown command\r\n"

    @staticmethod
    def _masters(port: int) -> bytes:
        told = {"name": SERVICE, "ip": "127.0.0.1", "port": str(port), "flags": "master", "num-other-sentinels": "2"}
        texts = [word for pair in told.items() for word in pair]
        return f"*1\r\n%{len(told)}\r\n".encode() + b"".join(f"${len(text)}\r\n{text}\r\n".encode() for text in texts)


@asynccontextmanager
async def fake_sentinel(master: int) -> AsyncIterator[FakeSentinel]:
    """One that listens for as long as the block lasts."""
    sentinel = FakeSentinel(master)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sentinel.open += 1
        while head := await reader.readline():
            words = [await _word(reader) for _ in range(int(head[1:]))]
            writer.write(sentinel.answer(words))
        sentinel.open -= 1
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        sentinel.port = server.sockets[0].getsockname()[1]
        yield sentinel


async def _word(reader: asyncio.StreamReader) -> bytes:
    length = int((await reader.readline())[1:])
    return (await reader.readexactly(length + 2))[:-2]
