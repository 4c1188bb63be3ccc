"""The command as a person runs it: another process, with its own stdout and stderr.

`ran` forks a process that has imported it (tests/forks); `started` starts an interpreter.
"""

import signal
import subprocess
import sys

from tests.conftest import ROOT
from tests.forks import NOTHING_SET, forked


def started(*words: str) -> "subprocess.Popen[str]":
    """The running command, in an interpreter of its own."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        env=dict(NOTHING_SET),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=_hears_ctrl_c,  # noqa: PLW1509 - no threads here
    )


def _hears_ctrl_c() -> None:
    """A shell in the background starts the tests with SIGINT ignored; a terminal does not do that to a person."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def ran(*words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr; never a traceback."""
    code, out, err = forked(words)
    assert "Traceback" not in err, err
    return code, out, err
