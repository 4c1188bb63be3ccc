"""One run of the embedded engine's server, from its start to its end."""

import asyncio
import contextlib
import os
import socket
import struct
import sys
from pathlib import Path

from msgspec import Struct

from bot.errors import SettingsError
from bot.store.engine.folder import LOG, EngineFolder

START_MAX = 120.0
"""Seconds until a server answers; it reads its whole file first."""

STOP_MAX = 10.0
"""Seconds for a clean end before it is killed; nothing is lost then either."""

FULL = b"-MISCONF "
"""What a server answers to everything while it cannot write to its disk. It runs, and whoever writes hears why not."""

_PAUSE = 0.02

_STARTER = str(Path(__file__).with_name("parent_death_signal.py"))
"""Never imported here: it runs in a process of its own."""

_CREDENTIALS = struct.Struct("3i")  # process, user, group


class Server(Struct, frozen=True):
    """A server that was started by us and answers."""

    process: asyncio.subprocess.Process

    @classmethod
    async def start(cls, binary: Path, folder: EngineFolder, lock: int) -> "Server":
        """Start it and wait until it answers. Raises SettingsError, with its own last words, when it does not."""
        path = folder.choose_socket()
        folder.clear_log()
        # A session of its own: Ctrl-C in a terminal ends us first, and we end it when our work is done.
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", _STARTER, str(os.getpid()), str(folder.descriptor),
            str(binary), *_flags(path), pass_fds=(lock, folder.descriptor), start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        server = cls(process)
        try:
            await server._answering(path)
        except BaseException as error:
            await server.stop()
            if isinstance(error, TimeoutError):
                raise SettingsError(f"the embedded engine does not answer in {START_MAX:.0f} s") from error
            raise
        if process.returncode is not None:
            raise SettingsError(f"the embedded engine ends at once: {folder.last_words()}")
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

    async def _answering(self, path: Path) -> None:
        async with asyncio.timeout(START_MAX):
            while self.process.returncode is None and not await answers(path):  # noqa: ASYNC110 - another process
                await asyncio.sleep(_PAUSE)


async def answers(path: Path) -> bool:
    """Whether a server of ours that has read its file listens there.

    Raises SettingsError when another user's process does.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return False
    try:
        _require_our_peer(writer, path)
        writer.write(b"PING\r\n")
        async with asyncio.timeout(1):
            answer = await reader.readline()
            return answer == b"+PONG\r\n" or answer.startswith(FULL)
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _flags(path: Path) -> list[str]:
    return [
        "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--daemonize", "no",
        "--dir", ".", "--logfile", LOG, "--loglevel", "notice",  # it was started in the folder itself
        # Every write is handed to the kernel before it is acknowledged: a killed server loses nothing, a machine that
        # loses its power a second. While the disk is so busy that a sync takes longer than that, both lose up to two.
        "--appendonly", "yes", "--appendfsync", "everysec", "--aof-load-truncated", "yes", "--save", "",
        "--aof-use-rdb-preamble", "no",  # so that another Redis can take the file over
        "--maxmemory-policy", "noeviction",
        "--hash-max-listpack-value", "4096",  # a message is a hash of some 20 fields: a third of the memory
        "--latency-tracking", "no",  # nobody reads how long its commands take: a histogram of each takes 0.8 MB in all
    ]  # fmt: skip


def _require_our_peer(writer: asyncio.StreamWriter, path: Path) -> None:
    """Raises SettingsError when the process at the other end is another user's. See unix(7), SO_PEERCRED."""
    if sys.platform != "linux":  # elsewhere the rights of the socket's folder must do
        return
    packed = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, _ = _CREDENTIALS.unpack(packed)
    if user != os.geteuid():
        raise SettingsError(f"PROVENANCE_DATA: another user (uid {user}) listens at {path}")
