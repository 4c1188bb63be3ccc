"""The command in a fork of a process that has imported it already: a test does not wait for imports.

For what a person sees of it: exit code, stdout and stderr. What depends on a fresh interpreter (imports, signals, a
closed pipe) is tested with one, see tests/cli/at_terminal.py.

It is not a fork of the tests: that would share their event loop's epoll, their threads' locks and their connections.
The server (__main__.py) has one thread and none of these.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from tests.waiting import PATIENCE

ROOT: Final = Path(__file__).resolve().parent.parent.parent

NOTHING_SET: Final[Mapping[str, str]] = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
"""Nothing is configured, as on a fresh clone."""


class ForkServer:
    """The process that is forked, of this process's own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="forks-")
        self._address = f"{self._folder.name}/s"
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(self._address)
            listener.listen()
            words = [sys.executable, "-m", "tests.forks", str(listener.fileno())]
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                words, cwd=ROOT, env=dict(NOTHING_SET), stdin=subprocess.PIPE, pass_fds=[listener.fileno()]
            )

    def run(self, words: Sequence[str], environment: Mapping[str, str], typed: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of the command."""
        with contextlib.ExitStack() as stack:
            streams = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
            streams[0].write(typed.encode())
            streams[0].seek(0)
            call = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
            call.settimeout(PATIENCE)
            call.connect(self._address)
            order = json.dumps([list(words), dict(environment)]).encode()
            socket.send_fds(call, [order], [stream.fileno() for stream in streams])
            process = int(call.recv(100))
            try:
                ended = call.recv(100)
            except TimeoutError:
                os.kill(process, signal.SIGKILL)
                raise AssertionError(f"it did not end within {PATIENCE} s: {_texts(streams)}") from None
            assert ended, f"it was killed: {_texts(streams)}"
            out, err = _texts(streams)
            return int(ended), out, err

    def close(self) -> None:
        """It ends when its stdin is closed."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        self._folder.cleanup()


def _texts(streams: Sequence[IO[bytes]]) -> tuple[str, str]:
    for stream in streams[1:]:
        stream.seek(0)
    out, err = (stream.read().decode() for stream in streams[1:])
    return out, err


_servers: list[ForkServer] = []


def forked(
    words: Sequence[str], environment: Mapping[str, str] = NOTHING_SET, *, typed: str = ""
) -> tuple[int, str, str]:
    """Run `provenance` with those words; exit code, stdout and stderr. `typed` stands on its stdin."""
    if not _servers:
        _servers.append(ForkServer())
    return _servers[0].run(words, environment, typed)


def end() -> None:
    """At the end of all tests."""
    while _servers:
        _servers.pop().close()
