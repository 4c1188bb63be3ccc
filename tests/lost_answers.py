"""Stands between us and a store: it hands a command on, and breaks the connection in place of the answer.

The store has done what it was asked; the client cannot know, and its library asks again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from msgspec import Struct

PIECE = 65_536


class LostAnswers(Struct):
    """The answer to the next command that has that word in it is lost, once; `lost` counts."""

    store_url: str
    url: str = ""
    word: bytes = b""
    lost: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        address = urlsplit(self.store_url)
        if address.scheme == "unix":
            of_store, to_store = await asyncio.open_unix_connection(address.path)
        else:
            of_store, to_store = await asyncio.open_connection(address.hostname, address.port)
        is_lost = asyncio.Event()

        async def ask() -> None:
            while sent := await reader.read(PIECE):
                if self.word and self.word in sent:
                    self.word = b""
                    is_lost.set()
                to_store.write(sent)
            to_store.close()

        asking = asyncio.create_task(ask())
        while (answer := await of_store.read(PIECE)) and not is_lost.is_set():
            writer.write(answer)
        self.lost += is_lost.is_set()
        asking.cancel()
        to_store.close()
        writer.close()


@asynccontextmanager
async def losing_answers(store_url: str) -> AsyncIterator[LostAnswers]:
    """Such a proxy before that store; connect to its `url`."""
    proxy = LostAnswers(store_url)
    async with await asyncio.start_server(proxy.serve, "127.0.0.1", 0) as server:
        proxy.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
        yield proxy
