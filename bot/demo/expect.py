"""Compares the threads with the expected results of the samples."""

import asyncio
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bot.demo.processes import Demo
from bot.demo.samples import Sample
from bot.report import Report
from bot.store.reports import Reports
from bot.store.threads import MessageState, Thread, Threads

DEADLINE: Final = 90.0
"""Seconds until all threads must be complete."""

INTERVAL: Final = 0.1
"""Seconds between two looks at the store."""


@dataclass(frozen=True, slots=True)
class SampleResult:
    """The report and the thread of one sample."""

    sample: Sample
    report: Report
    thread: Thread


async def results(demo: Demo, samples: Sequence[Sample], since: float) -> list[SampleResult]:
    """The results of all samples, or of those that finished before the deadline.

    `since` is a time of the store's clock: a thread from an earlier run counts if its image was checked after it.
    """
    found: list[SampleResult] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(DEADLINE):
            while not demo.ended.done() and len(found) < len(samples):
                await asyncio.wait({demo.ended}, timeout=INTERVAL)
                found = await _finished(demo, samples, since)
    return found


async def _finished(demo: Demo, samples: Sequence[Sample], since: float) -> list[SampleResult]:
    threads = {image: thread for thread in await Threads(demo.store).newest() for image in _images(thread)}
    finished = []
    for sample in samples:
        thread = threads.get(str(sample.image))
        latest = await Reports(demo.store).latest(str(sample.image))
        if thread is not None and not thread.is_pending and latest is not None and latest.started >= since:
            finished.append(SampleResult(sample, latest.report, thread))
    return finished


def _images(thread: Thread) -> list[str]:
    return str(thread.parent.facts.get("images", "")).split(",")


def differences(samples: Sequence[Sample], found: Sequence[SampleResult]) -> Iterator[str]:
    """What differs from the expected results, one sentence each."""
    there = {outcome.sample for outcome in found}
    for sample in samples:
        if sample not in there:
            yield f"{sample.image}: no thread within {DEADLINE:.0f} s"
    for outcome in found:
        for difference in _of_thread(outcome):
            yield f"{outcome.sample.image}: {difference}"


def _of_thread(outcome: SampleResult) -> Iterator[str]:
    parent, wanted = outcome.thread.parent, outcome.sample
    if parent.state is not MessageState.POSTED:
        yield f"the message was not posted ({parent.code or parent.state})"
    if parent.verdict != wanted.verdict:
        yield f"the verdict is {parent.verdict}, not {wanted.verdict}"
    failing = {result.rule for result in outcome.report.failing() if result.required}
    if failing != wanted.failing:
        yield f"the failed rules are {_names(failing)}, not {_names(wanted.failing)}"
    open_ = [reply for reply in outcome.thread.replies if reply.facts.get("state") == "open"]
    replies = {rule for reply in open_ for rule in str(reply.facts.get("rules", "")).split(",")}
    if not replies >= wanted.failing:
        yield f"the replies are about {_names(replies)}; replies about {_names(wanted.failing - replies)} are missing"


def _names(rules: AbstractSet[str]) -> str:
    return ", ".join(sorted(rules)) or "no rule"
