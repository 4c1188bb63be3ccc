"""Runs a program to its end, and says how long it took and how much processor time it used."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from statistics import median

from msgspec import Struct


class Cost(Struct, frozen=True):
    """Seconds."""

    wall: float
    cpu: float


def environment() -> dict[str, str]:
    """Ours, without a code host: no peer asks GitHub, and a bench has no network."""
    return {**os.environ, "PROVENANCE_GITHUB_API": ""}  # noqa: TID251 - handed on


def run(command: Sequence[str], *, codes: Sequence[int] = (0,)) -> Cost:
    """What one run costs. Raises RuntimeError when it ends with another code than these."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment())
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime)


def in_turn(runs: int, commands: Mapping[str, Sequence[str]], *, codes: Sequence[int] = (0,)) -> dict[str, Cost]:
    """The medians of so many runs of each program, one after the other in turn: all see the same machine."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            costs[name].append(run(command, codes=codes))
    return {name: Cost(median(c.wall for c in each), median(c.cpu for c in each)) for name, each in costs.items()}
