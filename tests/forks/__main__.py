"""The process that is forked: `python -m tests.forks LISTENER`, until its stdin is closed."""

import atexit
import gc
import json
import os
import select
import signal
import socket
import sys
import traceback
from importlib import import_module
from pkgutil import walk_packages
from typing import Final, NoReturn

from bot.__main__ import main
from bot.no_plugins import use_no_plugins

_NAMES: Final = "cli check oci render policy evidence signatures causes remedies releases workflows"

IMPORTED: Final = tuple(f"bot.{name}" for name in _NAMES.split())
"""Packages that the command imports when they are needed."""

ORDER_MAX: Final = 128 * 1024
"""Bytes of a command line and its environment."""

CRASHED: Final = 1
"""What Python ends with after a traceback."""


def serve(listener: socket.socket) -> None:
    """Fork for each call."""
    use_no_plugins()
    for name in IMPORTED:
        for found in walk_packages(import_module(name).__path__, f"{name}."):
            import_module(found.name)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if listener not in ready:
            return
        call, _ = listener.accept()
        order, streams, _, _ = socket.recv_fds(call, ORDER_MAX, 3)
        if not os.fork():
            listener.close()
            words, environment = json.loads(order)
            run(call, words, environment, streams)
        for stream in streams:
            os.close(stream)
        call.close()


def run(call: socket.socket, words: list[str], environment: dict[str, str], streams: list[int]) -> NoReturn:
    """In the child: as if the program had just started. Tells its process id, and then its exit code."""
    code = CRASHED
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        call.send(str(os.getpid()).encode())
        # As an interpreter opens them without a locale.
        sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        os.environ.clear()  # noqa: TID251 - another process's
        os.environ.update(environment)  # noqa: TID251
        sys.argv = ["provenance", *words]
        try:
            code = main(words)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BaseException:  # noqa: BLE001 - an interpreter says it so
            traceback.print_exc()
        atexit._run_exitfuncs()
        sys.stdout.flush()
    finally:
        call.send(str(code).encode())
        os._exit(0)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
