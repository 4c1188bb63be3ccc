"""Keeps the embedded engine running for as long as a process on this machine uses it."""

import asyncio
import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import structlog

from bot.errors import SettingsError
from bot.store.engine.binary import find_binary
from bot.store.engine.folder import EngineFolder
from bot.store.engine.server import START_MAX, STOP_MAX, Server, answers

log = structlog.get_logger(__name__)

LOOK_AGAIN = 0.3
"""Seconds between two looks at the lock by those who share an engine that another process runs."""

START_AGAIN_MAX = 10.0
"""Seconds between two starts, at most, while the server keeps failing."""


def address_of(socket: Path) -> str:
    """For redis-py: unix:///path."""
    return f"unix://{quote(str(socket))}"


class Engine:
    """`async with Engine(folder) as engine:` - a server answers at `engine.url`, and goes on doing so.

    The first process runs it. When that process ends, another that has the same folder open takes over, on the same
    socket; when the server dies it is started again, and has everything that it had acknowledged.
    Raises SettingsError when the server is not installed or does not start, or when others may write to the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._binary = find_binary()
        self._path = folder
        self._open: EngineFolder | None = None
        self._lock: int | None = None
        self._server: Server | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def _folder(self) -> EngineFolder:
        if self._open is None:
            raise SettingsError("the embedded engine is not running")
        return self._open

    @property
    def url(self) -> str:
        """For redis-py: unix:///path."""
        socket = self._folder.known_socket()
        if socket is None:
            raise SettingsError("the embedded engine is not running")
        return address_of(socket)

    @property
    def runs_here(self) -> bool:
        """Whether this process runs the server, rather than another one."""
        return self._server is not None

    async def __aenter__(self) -> Self:
        self._open = EngineFolder.open(self._path)
        try:
            async with asyncio.timeout(START_MAX + STOP_MAX):
                while not (await self._take_over() or await self._answers()):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(LOOK_AGAIN)
        except BaseException as error:
            await self._end()
            if isinstance(error, TimeoutError):
                raise SettingsError(f"the process that runs the engine in {self._path} does not answer") from error
            raise
        self._watch = asyncio.create_task(self._keep(), name="embedded engine")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        await self._end()

    async def _take_over(self) -> bool:
        """Become the process that runs the server, if there is none."""
        if self._lock is None:
            self._lock = self._folder.lock()
        if self._lock is None:
            return False
        self._server = await Server.start(self._binary, self._folder, self._lock)
        log.info("embedded engine runs", folder=str(self._folder.path), pid=self._server.process.pid)
        return True

    async def _answers(self) -> bool:
        socket = self._folder.known_socket()
        return socket is not None and await answers(socket)

    async def _keep(self) -> None:
        pause = LOOK_AGAIN
        while True:
            if self._server is not None:
                code = await self._server.wait()
                self._server = None
                log.warning("embedded engine died, starting it again", exit_code=code)
            else:
                await asyncio.sleep(pause)
            try:
                await self._take_over()
                pause = LOOK_AGAIN
            except (SettingsError, OSError) as error:
                pause = min(pause * 2, START_AGAIN_MAX)
                log.error("embedded engine does not start", reason=str(error))  # noqa: TRY400 - no trace is needed

    async def _end(self) -> None:
        if self._server is not None:
            await self._server.stop()
            self._server = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self._open is not None:
            self._open.close()
            self._open = None
