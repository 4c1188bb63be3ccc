"""How the time of something grows with its input: a ratio within one run, so that no machine is too slow for it."""

from collections.abc import Callable
from time import process_time
from typing import Final

TIMES: Final = 4
LINEAR_MAX: Final = 2.5 * TIMES
"""Between TIMES, what grows with the length, and its square; processor time is not exact."""

LEAST: Final = 0.005
"""Seconds; what takes less is taken for this: below it, the clock says little."""


def growth(work: Callable[[int], object], size: int) -> float:
    """The processor time of `size`, beside that of a quarter of it; the least of two runs each.

    A run that could not change on which side of LINEAR_MAX this is, is left out.
    """
    whole = _once(work, size)
    if whole / LEAST < LINEAR_MAX:  # whatever a quarter takes
        return whole / LEAST
    quarter = min(_once(work, size // TIMES), _once(work, size // TIMES))
    if whole / quarter >= LINEAR_MAX:
        whole = min(whole, _once(work, size))
    return whole / quarter


def _once(work: Callable[[int], object], size: int) -> float:
    begun = process_time()
    work(size)
    return max(LEAST, process_time() - begun)
