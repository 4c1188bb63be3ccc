"""`make test-stressed`: the tests of `make test` on one core that busy processes share, several times in a row.

Each run is pinned to the same core as the busy processes, so that a test that counts on time instead of on an event
shows itself. It stops at the first run that is not green.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

BUSY: Final = """
import os
parent = os.getppid()
while os.getppid() == parent:
    sum(range(100_000))
"""
"""Busy until the process that started it is gone."""


def main() -> int:
    """0 if every run was green."""
    parser = argparse.ArgumentParser(prog="make test-stressed", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="in a row")
    parser.add_argument("--busy", type=int, default=1, help="processes that take turns with the tests")
    parser.add_argument("--core", type=int, default=min(os.sched_getaffinity(0)), help="the core for all of them")
    parser.add_argument("tests", nargs="*", help="arguments of pytest; without: all tests of make test")
    asked = parser.parse_args()
    os.sched_setaffinity(0, {asked.core})  # inherited by every process that is started here
    with _busy(asked.busy):
        return _runs(asked.runs, asked.tests)


def _runs(runs: int, tests: Sequence[str]) -> int:
    for run in range(1, runs + 1):
        began = time.monotonic()
        ended = subprocess.run([sys.executable, "-m", "pytest", "-n", "4", "--dist", "worksteal", *tests], check=False)  # noqa: S603 - pytest
        told = f"run {run} of {runs}: ended with {ended.returncode} after {time.monotonic() - began:.0f} s"
        print(told, flush=True)  # noqa: T201 - for who waits at the terminal
        if ended.returncode:
            return ended.returncode
    return 0


@contextmanager
def _busy(processes: int) -> Iterator[None]:
    started = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(processes)]  # noqa: S603 - our own loop
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
