"""How many images had which provenance over time, from what the rows remember."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from bot.board.cell import BoardMode
from bot.board.row import BoardRow

STEPS: Final = 24


class TrendStep(Struct, frozen=True):
    """One moment, in seconds since the epoch."""

    at: float
    modes: dict[BoardMode, int]

    @property
    def total(self) -> int:
        """The images that were known then."""
        return sum(self.modes.values())


def trend(rows: Iterable[BoardRow], now: float, steps: int = STEPS) -> tuple[TrendStep, ...]:
    """Steps of the same length from the first change to now; empty when nothing has changed since the first day."""
    pasts = [row.past for row in rows if row.past]
    changes = [at for past in pasts for at, _ in past]
    start = min(changes, default=now)
    if now <= start or len(set(changes)) == 1:
        return ()
    moments = [start + (now - start) * step / (steps - 1) for step in range(steps)]
    return tuple(TrendStep(at, _counts(pasts, at)) for at in moments)


def _counts(pasts: Sequence[Sequence[tuple[float, BoardMode]]], at: float) -> dict[BoardMode, int]:
    counts: Counter[BoardMode] = Counter()
    for past in pasts:
        index = bisect_right(past, at, key=lambda one: one[0])
        if index:
            counts[past[index - 1][1]] += 1
    return {mode: counts[mode] for mode in BoardMode if counts[mode]}
