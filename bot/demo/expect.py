"""Compares the threads with the expected results of the stories."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from msgspec import Struct

from bot.demo.processes import Demo
from bot.demo.samples import Sample, Story
from bot.render.slack.fix import EVENT as FIX
from bot.report import Report
from bot.rules import Outcome
from bot.slack.plan import VERDICT
from bot.store.reports import Reports
from bot.store.threads import ALARM, Message, MessageState, Thread, Threads

DEADLINE: Final = 90.0
"""Seconds until all threads must be as expected. A message may be right only after a few edits."""

INTERVAL: Final = 0.1
"""Seconds between two looks at the store."""

STEADY: Final = 1.0
"""Seconds for which they must be as expected: what is checked is posted a moment later."""

REPLIES_MAX: Final = 3
"""Replies of one thread, however many problems there are."""


class StoryResult(Struct, frozen=True):
    """The threads of one story's release, and the newest report on each of its images that was pushed."""

    story: Story
    threads: tuple[Thread, ...]
    reports: Mapping[Sample, Report]


async def results(demo: Demo, stories: Sequence[Story], since: float) -> list[StoryResult]:
    """The results as soon as all are as expected, or as they are at the deadline.

    `since` is a time of the store's clock: a report counts if its check began after it.
    """
    now = time.monotonic()
    end, right_since = now + DEADLINE, now
    while True:
        found = await _found(demo, stories, since)
        now = time.monotonic()
        right_since = now if any(differences(found)) else right_since
        if demo.ended.done() or now >= end or now - right_since >= STEADY:
            return found
        await asyncio.wait({demo.ended}, timeout=INTERVAL)


async def _found(demo: Demo, stories: Sequence[Story], since: float) -> list[StoryResult]:
    threads = await Threads(demo.store).newest()
    return [
        StoryResult(
            story,
            tuple(thread for thread in threads if _is_about(thread, story)),
            await _reports(demo, story.pushed, since),
        )
        for story in stories
    ]


async def _reports(demo: Demo, samples: Iterable[Sample], since: float) -> dict[Sample, Report]:
    latest = {sample: await Reports(demo.store).latest(str(sample.image)) for sample in samples}
    return {sample: one.report for sample, one in latest.items() if one is not None and one.started >= since}


def _is_about(thread: Thread, story: Story) -> bool:
    """By its subject, or by an image: a second thread about the same release is one too many."""
    images = set(str(thread.parent.facts.get("images", "")).split(","))
    return thread.address.subject == story.subject or any(str(sample.image) in images for sample in story.pushed)


def differences(found: Iterable[StoryResult]) -> Iterator[str]:
    """What differs from the expected results, one sentence each."""
    for outcome in found:
        for sample in outcome.story.pushed:
            for difference in _of_report(sample, outcome.reports.get(sample)):
                yield f"{sample.image}: {difference}"
        for difference in _of_threads(outcome):
            yield f"{outcome.story.subject}: {difference}"


def _of_report(sample: Sample, report: Report | None) -> Iterator[str]:
    if report is None:
        yield f"not checked within {DEADLINE:.0f} s"
        return
    if open_ := [result.rule for result in report.results if result.required and result.outcome is Outcome.UNKNOWN]:
        yield f"not known yet: {_names(open_)}"
    failing = {result.rule for result in report.failing() if result.required}
    if failing != sample.failing:
        yield f"the failed rules are {_names(sorted(failing))}, not {_names(sorted(sample.failing))}"


def _of_threads(outcome: StoryResult) -> Iterator[str]:
    if len(outcome.threads) != 1:
        subjects = ", ".join(thread.address.subject for thread in outcome.threads)
        yield f"{len(outcome.threads)} threads ({subjects}), not one" if subjects else "no thread"
        return
    (thread,) = outcome.threads
    parent, wanted = thread.parent, outcome.story
    if thread.address.subject != wanted.subject:
        yield f"the thread is about {thread.address.subject}"
    if parent.state is not MessageState.POSTED or thread.is_pending:
        yield f"not all is posted ({parent.code or parent.state})"
    if parent.verdict != wanted.verdict:
        yield f"the verdict is {parent.verdict or 'not known'}, not {wanted.verdict}"
    problems = str(parent.facts.get("failed", "")).split(",")
    if problems != (list(wanted.problems) or [""]):
        yield f"the problems are {_names(problems)}, not {_names(wanted.problems)}"
    late = _late(thread.replies, wanted)
    yield from _of_replies([reply for reply in thread.replies if reply not in late], {*wanted.problems, *wanted.advice})


def _late(replies: Sequence[Message], story: Story) -> list[Message]:
    """Messages that are right if a slow machine checked an image of several when the thread was there already.

    Each critical problem that comes then is a post of its own, once; a fix that nobody needs any more stays, as such;
    and one reply says that the verdict is another one.
    """
    if len(story.pushed) == 1:
        return []
    found: dict[str, Message] = {}
    for reply in replies:
        if reply.part.startswith(ALARM) and reply.facts.get("rule") in story.problems:
            found.setdefault(f"alarm of {reply.facts['rule']}", reply)
        elif reply.part.startswith(VERDICT):
            found.setdefault(VERDICT, reply)
        elif reply.event == FIX and reply.facts.get("state") != "open":
            found[reply.part] = reply
    return list(found.values())


def _of_replies(replies: Sequence[Message], wanted: AbstractSet[str]) -> Iterator[str]:
    fixes = [reply for reply in replies if reply.event == FIX and reply.facts.get("state") == "open"]
    rules = {rule for reply in fixes for rule in str(reply.facts.get("rules", "")).split(",")}
    if rules != wanted:
        yield f"the replies are about {_names(sorted(rules))}, not {_names(sorted(wanted))}"
    if len(fixes) > REPLIES_MAX or len(replies) > len(fixes):
        yield f"{len(replies)} replies, {len(fixes)} of them about fixes; at most {REPLIES_MAX} fixes are expected"


def _names(rules: Iterable[str]) -> str:
    return ", ".join(filter(None, rules)) or "no rule"
