"""The measures in the text format of Prometheus (and OpenMetrics, where a scraper asks for it)."""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry, Metric, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bot.metrics import program
from bot.metrics.looked_up import LookedUp
from bot.metrics.series import BUCKETS, Counter, Duration


def exposed(readings: Sequence[LookedUp], accept: str = "") -> tuple[bytes, str]:
    """The whole page and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    registry.register(_Ours(readings))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Ours(Collector):
    def __init__(self, readings: Sequence[LookedUp]) -> None:
        self._readings = readings

    def collect(self) -> Iterator[Metric]:
        for counter in program.COUNTERS:
            yield _counter(counter)
        for timing in program.TIMINGS:
            yield _histogram(timing)
        for level in program.LEVELS:
            yield _gauge(LookedUp(level.measure, list(level.values().items())))
        yield from map(_gauge, self._readings)


def _counter(counter: Counter) -> Metric:
    measure = counter.measure
    family = CounterMetricFamily(measure.name, measure.help, labels=measure.labels)
    for labels, value in counter.values().items():
        family.add_metric(labels, value)
    return family


def _gauge(reading: LookedUp) -> Metric:
    family = GaugeMetricFamily(reading.measure.name, reading.measure.help, labels=reading.measure.labels)
    for labels, value in reading.values:
        family.add_metric(labels, value)
    return family


def _histogram(timing: Duration) -> Metric:
    measure = timing.measure
    family = HistogramMetricFamily(measure.name, measure.help, labels=measure.labels)
    for labels, spread in timing.values().items():
        family.add_metric(labels, buckets=list(_cumulated(spread.counts)), sum_value=spread.total)
    return family


def _cumulated(counts: Iterable[int]) -> Iterator[tuple[str, float]]:
    so_far = 0
    for bound, count in zip((*map(str, BUCKETS), "+Inf"), counts, strict=True):
        so_far += count
        yield bound, so_far
