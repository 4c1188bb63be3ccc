"""What tells a linear time from a square one, and how often it measures for that."""

from dataclasses import dataclass, field

import pytest

from tests import growth as measuring
from tests.growth import LEAST, LINEAR_MAX, TIMES, growth

SIZE = 1_000


@dataclass
class Work:
    """It takes the seconds that are named for each size, one after the other; the last of them from then on."""

    seconds: dict[int, list[float]]
    now: float = 0.0
    runs: list[int] = field(default_factory=list)

    def __call__(self, size: int) -> None:
        self.runs.append(size)
        left = self.seconds[size]
        self.now += left.pop(0) if len(left) > 1 else left[0]


def measured(monkeypatch: pytest.MonkeyPatch, whole: list[float], quarter: list[float]) -> tuple[float, Work]:
    work = Work({SIZE: whole, SIZE // TIMES: quarter})
    monkeypatch.setattr(measuring, "process_time", lambda: work.now)
    return growth(work, SIZE), work


def test_the_square_is_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    grown, _ = measured(monkeypatch, [1.6], [0.1])
    assert grown == pytest.approx(16)
    assert grown > LINEAR_MAX


def test_in_proportion_is_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    grown, _ = measured(monkeypatch, [0.4], [0.1])
    assert grown == pytest.approx(4)


def test_a_quarter_that_was_slow_once_hides_no_square(monkeypatch: pytest.MonkeyPatch) -> None:
    grown, _ = measured(monkeypatch, [1.6], [0.9, 0.1])
    assert grown == pytest.approx(16)


def test_a_whole_that_was_slow_once_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    grown, work = measured(monkeypatch, [3.0, 0.4], [0.1])
    assert grown == pytest.approx(4)
    assert work.runs.count(SIZE) == 2


def test_what_is_short_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    grown, work = measured(monkeypatch, [LEAST * LINEAR_MAX * 0.9], [0.0])
    assert grown < LINEAR_MAX
    assert work.runs == [SIZE]
