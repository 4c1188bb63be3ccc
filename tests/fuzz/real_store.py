"""A real store for readers that write into one: the server of other tests, empty before each input.

The server belongs to the process that asks first, and ends with it. `make fuzz` forks afterwards: each process has a
connection and a loop of its own.
"""

import asyncio
import atexit
import os
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import Struct

from bot.store import Store, open_store
from bot.store.engine.binary import find_binary
from tests.real_redis import RedisServer, running_server


class RealStore(Struct):
    """The connection of one process."""

    runner: asyncio.Runner
    store: Store

    def run(self, work: Callable[[Store], Coroutine[Any, Any, object]]) -> object:
        """Do it with the empty store."""
        return self.runner.run(self._with_empty(work))

    async def _with_empty(self, work: Callable[[Store], Coroutine[Any, Any, object]]) -> object:
        await self.store.redis.flushall()
        return await work(self.store)


def real_store() -> RealStore:
    """That of this process."""
    return _connected(os.getpid())


@cache
def _server() -> RedisServer:
    stack = ExitStack()
    atexit.register(stack.close)
    name = stack.enter_context(TemporaryDirectory(prefix="valkey-"))  # a longer path is too long for a socket
    socket = Path(name) / "s"
    flags = ("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--save", "")
    return stack.enter_context(running_server(RedisServer(str(find_binary()), Path(name), f"unix://{socket}", flags)))


@cache
def _connected(process: int) -> RealStore:
    stack, runner = AsyncExitStack(), asyncio.Runner()
    store = runner.run(stack.enter_async_context(open_store(_server().settings())))

    def close() -> None:
        if os.getpid() == process:
            runner.run(stack.aclose())
            runner.close()

    atexit.register(close)
    return RealStore(runner, store)
