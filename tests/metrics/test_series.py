"""Counters and timings: what they say, and that nobody outside can make them grow."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import program
from bot.metrics.exposition import exposed
from bot.metrics.looked_up import LookedUp
from bot.metrics.series import BUCKETS, OTHER, Counter, Duration, Gauge, Measure, expect


def test_a_flood_of_names_ends_in_one() -> None:
    counter = Counter(Measure("x", "x", ("registry",)), most=3)
    for number in range(1000):
        counter.add(f"host-{number}")
    counter.add("host-1")
    assert counter.values() == {("host-0",): 1, ("host-1",): 2, ("host-2",): 1, (OTHER,): 997}


def test_a_flood_does_not_hide_what_the_operator_named() -> None:
    """An alert about quay.io would be silent, once visitors had asked for 500 other names."""
    counter = Counter(Measure("x", "x", ("registry", "outcome")), most=3)
    for number in range(1000):
        counter.add(f"host-{number}", "failed")
    expect({"quay.named.example"})
    counter.add("quay.named.example", "5xx")
    assert counter.values()["quay.named.example", "5xx"] == 1


def test_a_level_that_no_longer_means_anything_is_not_shown() -> None:
    """Pulls are counted by a window: what was left in the last one is no reason for an alert in the next one."""
    now = 100.0
    level = Gauge(Measure("x", "x", ("registry",)), most=1, clock=lambda: now)
    level.set(3, "docker.io", lasts=60)
    now = 159.0
    assert level.values() == {("docker.io",): 3}
    now = 160.0
    assert level.values() == {}
    level.set(5, "ghcr.io", lasts=60)
    assert level.values() == {("ghcr.io",): 5}
    now = 220.0
    level.set(7, "quay.io")
    assert level.values() == {("quay.io",): 7}, "what is over takes no place, also when nobody has looked since"


def test_a_level_is_what_it_was_set_to_last() -> None:
    level = Gauge(Measure("x", "x", ("registry",)))
    level.set(100, "docker.io")
    level.set(7, "docker.io")
    assert level.values() == {("docker.io",): 7}


def test_seconds_fall_into_their_bucket_and_none_are_negative() -> None:
    timing = Duration(Measure("x", "x"))
    for seconds in (-5.0, BUCKETS[0], BUCKETS[0] + 0.01, BUCKETS[-1] + 1):
        timing.observe(seconds)
    (spread,) = timing.values().values()
    assert (spread.counts[0], spread.counts[1], spread.counts[-1]) == (2, 1, 1)
    assert spread.total == pytest.approx(2 * BUCKETS[0] + 0.01 + BUCKETS[-1] + 1)


def test_a_label_too_few_is_an_error() -> None:
    with pytest.raises(TypeError, match="provenance_checks"):
        program.CHECKS.add("pass")


@pytest.mark.parametrize("accept", ["", "application/openmetrics-text; version=1.0.0"])
def test_the_page_reads_as_what_it_says(accept: str) -> None:
    program.SLACK_CALLS.add('a"b\nc', "ok")
    program.PUSH_TO_VERDICT.observe(3, "a-test")
    body, content_type = exposed([LookedUp(Measure("provenance_store_up", "x"), [((), 1.0)])], accept)
    assert ("openmetrics" in content_type) is bool(accept)
    text = body.decode()
    if accept:
        assert text.endswith("# EOF\n")
        return
    samples = {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }
    assert samples["provenance_slack_calls_total", 'a"b\nc', "ok"] == 1
    assert samples["provenance_store_up",] == 1
    assert samples["provenance_push_to_verdict_seconds_bucket", "5.0", "a-test"] >= 1
    assert samples["provenance_push_to_verdict_seconds_bucket", "2.5", "a-test"] == 0


def test_each_measure_follows_the_naming_rules_and_has_its_own_name() -> None:
    measures = [each.measure for each in (*program.COUNTERS, *program.TIMINGS, *program.LEVELS)]
    assert len({each.name for each in measures}) == len(measures)
    for each in measures:
        assert each.name.startswith("provenance_")
        assert not each.name.endswith("_total")
        assert each.help.endswith(".")
    assert all(each.measure.name.endswith("_seconds") for each in program.TIMINGS)
