"""How much memory an idle bot takes: web, worker and embedded store, as `provenance serve --with-worker` starts it."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.saying import say
from tests.real_parts import free_port

IDLE: Final = 8.0
"""Seconds after the start, so that the first looks are over."""

START_MAX: Final = 120.0
"""Seconds; a machine that others use is slow."""


def resident(pid: int) -> float:
    """Megabytes in memory."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1000


def started(bot: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when web and worker have said that they are there."""
    until = time.monotonic() + START_MAX
    while not all(word in log.read_text() for word in ('"serving"', '"working"')):
        assert bot.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = {"PORT": str(free_port()), "PROVENANCE_DATA": f"{folder}/data", "PROVENANCE_LOG_FORMAT": "json"}
        log = Path(folder) / "log"
        command = [sys.executable, "-m", "bot", "serve", "--with-worker"]
        with log.open("wb") as file, subprocess.Popen(command, env=environment, stdout=file, stderr=file) as bot:
            try:
                started(bot, log)
                time.sleep(IDLE)
                lines = [json.loads(line) for line in log.read_text().splitlines() if "embedded engine runs" in line]
                of_bot, of_store = resident(bot.pid), resident(int(lines[-1]["pid"]))
            finally:
                bot.terminate()
    say(f"web and worker {of_bot:.0f} MB, store {of_store:.0f} MB, {of_bot + of_store:.0f} MB in all")


if __name__ == "__main__":
    main()
