"""Counters, timings and levels with bounded labels. What the outside names (registries, sources) cannot grow them."""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Final

from msgspec import Struct, field

OTHER: Final = "other"
"""The label of everything beyond the bound."""

SERIES_MAX: Final = 500
"""Combinations of labels of one measure."""

BUCKETS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
"""Upper bounds in seconds: from a warm check to a push that waited for its signature."""


class Measure(Struct, frozen=True):
    """A name of Prometheus' naming rules, what it means, and the names of its labels."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


class Counter:
    """Only ever goes up."""

    def __init__(self, measure: Measure, *, most: int = SERIES_MAX) -> None:
        self.measure = measure
        self._most = most
        self._values: dict[tuple[str, ...], float] = {}

    def add(self, *labels: str, by: float = 1.0) -> None:
        """So many more, with a value for each label."""
        key = _bounded(labels, self._values, self.measure, self._most)
        self._values[key] = self._values.get(key, 0.0) + by

    def values(self) -> Mapping[tuple[str, ...], float]:
        """By the values of the labels."""
        return dict(self._values)


class Gauge:
    """Goes up and down. What nobody has set for as long as it was good for is not shown any more."""

    def __init__(
        self, measure: Measure, *, most: int = SERIES_MAX, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.measure = measure
        self._most = most
        self._clock = clock
        self._values: dict[tuple[str, ...], tuple[float, float]] = {}

    def set(self, value: float, *labels: str, lasts: float = inf) -> None:
        """What it is now, and for how many seconds that means something."""
        self._forget()
        key = _bounded(labels, self._values, self.measure, self._most)
        self._values[key] = (value, self._clock() + lasts)

    def values(self) -> Mapping[tuple[str, ...], float]:
        """By the values of the labels."""
        self._forget()
        return {labels: value for labels, (value, _) in self._values.items()}

    def _forget(self) -> None:
        now = self._clock()
        for labels in [labels for labels, (_, until) in self._values.items() if until <= now]:
            del self._values[labels]


class Spread(Struct):
    """How often each bucket was met (the last one: longer than all), and the sum of seconds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0


class Duration:
    """Seconds that something took."""

    def __init__(self, measure: Measure, *, most: int = SERIES_MAX) -> None:
        self.measure = measure
        self._most = most
        self._values: dict[tuple[str, ...], Spread] = {}

    def observe(self, seconds: float, *labels: str) -> None:
        """It took so long; clocks that differ make no negative times."""
        spread = self._values.setdefault(_bounded(labels, self._values, self.measure, self._most), Spread())
        spread.counts[bisect_left(BUCKETS, max(0.0, seconds))] += 1
        spread.total += max(0.0, seconds)

    def values(self) -> Mapping[tuple[str, ...], Spread]:
        """By the values of the labels."""
        return dict(self._values)


def _bounded(
    labels: tuple[str, ...], known: Mapping[tuple[str, ...], object], measure: Measure, most: int
) -> tuple[str, ...]:
    if len(labels) != len(measure.labels):
        raise TypeError(f"{measure.name} has the labels {measure.labels}, not {len(labels)} of them")
    is_own = labels in known or len(known) < most or not _expected.isdisjoint(labels)
    return labels if is_own else (OTHER,) * len(labels)


_expected: Final[set[str]] = set()


def expect(names: Iterable[str]) -> None:
    """Names of the operator's, such as watched registries: a flood of others never takes their place."""
    _expected.update(names)
