"""What a bench prints: a line at a time, at once."""

import sys
from collections.abc import Sequence


def say(line: str) -> None:
    """Print it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def percentile(times: Sequence[float], part: float) -> float:
    """The time below which that part of them lies, e.g. 0.99 for p99."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
