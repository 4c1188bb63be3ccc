"""One run of the embedded engine's server, from its start to its end."""

import asyncio
import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SettingsError
from bot.store.engine import leash
from bot.store.engine.place import Place

START_MAX = 120.0
"""Seconds until a server answers; it reads its whole file first."""

STOP_MAX = 10.0
"""Seconds for a clean end before it is killed; nothing is lost then either."""

_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Server:
    """A server that was started by us and answers."""

    process: asyncio.subprocess.Process

    @classmethod
    async def start(cls, binary: Path, place: Place, lock: int) -> "Server":
        """Start it and wait until it answers. Raises SettingsError, with its own last words, when it does not."""
        socket = place.choose_socket()
        place.clear_log()
        # A session of its own: Ctrl-C in a terminal ends us first, and we end it when our work is done.
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), str(binary), *_flags(place, socket),
            pass_fds=(lock,), start_new_session=True, cwd=place.folder,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        server = cls(process)
        try:
            await server._answering(socket)
        except BaseException as error:
            await server.stop()
            if isinstance(error, TimeoutError):
                raise SettingsError(f"the embedded engine does not answer in {START_MAX:.0f} s") from error
            raise
        if process.returncode is not None:
            raise SettingsError(f"the embedded engine ends at once: {_last_words(place.log)}")
        return server

    async def wait(self) -> int:
        """Its exit code, when it has ended."""
        return await self.process.wait()

    async def stop(self) -> None:
        """End it cleanly."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            async with asyncio.timeout(STOP_MAX):
                await self.process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()

    async def _answering(self, socket: Path) -> None:
        async with asyncio.timeout(START_MAX):
            while self.process.returncode is None and not await answers(socket):  # noqa: ASYNC110 - another process
                await asyncio.sleep(_PAUSE)


async def answers(socket: Path) -> bool:
    """Whether a server that has read its file listens there."""
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    try:
        writer.write(b"PING\r\n")
        async with asyncio.timeout(1):
            return await reader.readline() == b"+PONG\r\n"
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _flags(place: Place, socket: Path) -> list[str]:
    return [
        "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--daemonize", "no",
        "--dir", str(place.folder), "--logfile", str(place.log), "--loglevel", "notice",
        # Every write is handed to the kernel before it is acknowledged: a killed server loses nothing, a machine that
        # loses its power at most a second.
        "--appendonly", "yes", "--appendfsync", "everysec", "--aof-load-truncated", "yes", "--save", "",
        "--aof-use-rdb-preamble", "no",  # so that another Redis can take the file over
        "--maxmemory-policy", "noeviction",
    ]  # fmt: skip


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return lines[-1][-300:] if lines else "it says nothing"
