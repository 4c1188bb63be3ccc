"""The command in a process of its own that has nothing to import: a fork of the tests, with another environment.

For all that a person sees of it: exit code, stdout, stderr. What depends on a fresh interpreter (which modules are
imported, signals, a closed pipe) is tested with one, see tests/cli/at_terminal.py.
"""

import contextlib
import logging
import os
import selectors
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

import structlog

from bot.__main__ import main
from tests.conftest import ROOT

SECONDS: Final = 300.0
"""Until a command that hangs fails its test, on a machine with much else to do."""

CRASHED: Final = 1
"""What Python ends with after a traceback."""


@dataclass(slots=True)
class Forked:
    """The running command. Whoever starts it waits for its end."""

    process: int
    streams: tuple[int, int]

    def ended(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr, when it has ended."""
        read: dict[int, list[bytes]] = {stream: [] for stream in self.streams}
        deadline = time.monotonic() + SECONDS
        with selectors.DefaultSelector() as waiting:
            for stream in self.streams:
                waiting.register(stream, selectors.EVENT_READ)
            while waiting.get_map():
                ready = waiting.select(max(0.0, deadline - time.monotonic()))
                if not ready:
                    os.kill(self.process, signal.SIGKILL)
                for key, _ in ready:
                    if data := os.read(key.fd, 65_536):
                        read[key.fd].append(data)
                    else:
                        waiting.unregister(key.fd)
        _, status = os.waitpid(self.process, 0)
        for stream in self.streams:
            os.close(stream)
        out, err = (b"".join(read[stream]).decode() for stream in self.streams)
        code = os.waitstatus_to_exitcode(status)
        assert code != -signal.SIGKILL, f"it did not end within {SECONDS:.0f} s: {out}{err}"
        return code, out, err


def forked(words: Sequence[str], environment: Mapping[str, str], *, typed: str = "") -> Forked:
    """Start the command; `typed` stands on its stdin."""
    out, out_end = os.pipe()
    err, err_end = os.pipe()
    with tempfile.TemporaryFile() as stdin, warnings.catch_warnings():
        stdin.write(typed.encode())
        stdin.seek(0)
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads: the child asks nothing of them
        process = os.fork()
        if not process:
            _run(words, environment, (stdin.fileno(), out_end, err_end))
    os.close(out_end)
    os.close(err_end)
    return Forked(process, (out, err))


def _run(words: Sequence[str], environment: Mapping[str, str], streams: Sequence[int]) -> NoReturn:
    """In the child: as if the program had just started."""
    code = CRASHED
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor, until the end
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        os.environ.clear()  # noqa: TID251 - another process's
        os.environ.update(environment)  # noqa: TID251
        os.chdir(ROOT)
        warnings.resetwarnings()
        warnings.simplefilter("ignore")
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        logging.getLogger().handlers.clear()
        structlog.reset_defaults()
        sys.argv = ["provenance", *words]
        code = main(list(words))
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else CRASHED
    except BaseException:  # noqa: BLE001 - an interpreter says it so
        traceback.print_exc()
    finally:
        for text in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                text.flush()
        os._exit(code)
