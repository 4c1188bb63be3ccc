"""The command as a person runs it: another process, with its own stdout and stderr."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.waiting import PATIENCE


def started(*words: str) -> "subprocess.Popen[str]":
    """The running command; nothing is configured, as on a fresh clone."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(Path("/nonexistent"))},
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
    with started(*words) as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err, err
    return process.returncode, out, err
