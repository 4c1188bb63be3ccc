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


def resident(pid: int) -> float:
    """Megabytes in memory."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1000


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = {"PORT": str(free_port()), "PROVENANCE_DATA": f"{folder}/data", "PROVENANCE_LOG_FORMAT": "json"}
        log = Path(folder) / "log"
        command = [sys.executable, "-m", "bot", "serve", "--with-worker"]
        with log.open("wb") as file, subprocess.Popen(command, env=environment, stdout=file, stderr=file) as bot:
            time.sleep(IDLE)
            assert bot.poll() is None, log.read_text()
            lines = [json.loads(line) for line in log.read_text().splitlines() if "embedded engine runs" in line]
            of_bot, of_store = resident(bot.pid), resident(int(lines[-1]["pid"]))
            bot.terminate()
    say(f"web and worker {of_bot:.0f} MB, store {of_store:.0f} MB, {of_bot + of_store:.0f} MB in all")


if __name__ == "__main__":
    main()
