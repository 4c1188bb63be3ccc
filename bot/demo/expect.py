"""Whether the threads are what the samples' truth demands."""

import asyncio
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bot.demo.room import Room
from bot.demo.samples import Sample
from bot.report import Report
from bot.store.reports import Reports
from bot.store.threads import State, Thread, Threads

PATIENCE: Final = 90.0
"""Seconds until all threads must be there."""

LOOK: Final = 0.1
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one sample."""

    sample: Sample
    report: Report
    thread: Thread


async def outcomes(room: Room, samples: Sequence[Sample], since: float) -> list[Outcome]:
    """The samples' outcomes, once all are told, or those that came in time.

    `since` is a moment of the store's clock: a thread of an earlier run counts when its image was checked after that.
    """
    found: list[Outcome] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not room.ended.done() and len(found) < len(samples):
                await asyncio.wait({room.ended}, timeout=LOOK)
                found = await _told(room, samples, since)
    return found


async def _told(room: Room, samples: Sequence[Sample], since: float) -> list[Outcome]:
    threads = {thread.address.subject: thread for thread in await Threads(room.store).newest()}
    told = []
    for sample in samples:
        thread = threads.get(str(sample.image))
        latest = await Reports(room.store).latest(str(sample.image))
        if thread is not None and not thread.is_pending and latest is not None and latest.started >= since:
            told.append(Outcome(sample, latest.report, thread))
    return told


def differences(samples: Sequence[Sample], found: Sequence[Outcome]) -> Iterator[str]:
    """What is not as the samples say, a sentence each."""
    there = {outcome.sample for outcome in found}
    for sample in samples:
        if sample not in there:
            yield f"{sample.image}: no thread within {PATIENCE:.0f} s"
    for outcome in found:
        for trouble in _of_thread(outcome):
            yield f"{outcome.sample.image}: {trouble}"


def _of_thread(outcome: Outcome) -> Iterator[str]:
    parent, wanted = outcome.thread.parent, outcome.sample
    if parent.state is not State.POSTED:
        yield f"the message was not posted ({parent.code or parent.state})"
    if parent.verdict != wanted.verdict:
        yield f"the verdict is {parent.verdict}, not {wanted.verdict}"
    failing = {result.rule for result in outcome.report.failing() if result.required}
    if failing != wanted.failing:
        yield f"what fails is {_names(failing)}, not {_names(wanted.failing)}"
    replies = {reply.part for reply in outcome.thread.replies if reply.facts.get("state") == "open"}
    if not replies >= wanted.failing:
        yield f"there are replies about {_names(replies)}, not about {_names(wanted.failing - replies)}"


def _names(rules: AbstractSet[str]) -> str:
    return ", ".join(sorted(rules)) or "no rule"
