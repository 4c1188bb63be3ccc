"""Nothing waits for what is slower or less urgent: people first, and checks do not wait for Slack."""

import asyncio

import pytest
from msgspec import field

from bot.intake.job import CheckJob
from bot.jobs.health import count_lane
from bot.jobs.lanes import Lane, checking_lane, posting_lane
from bot.jobs.queue import DocketQueue, open_queue
from bot.oci.reference import Reference
from bot.report import Report
from bot.slack.outbox import ReleaseSource
from bot.slack.requester import NOBODY, Asker
from bot.store import Store
from bot.values import replace
from tests.jobs.parts import HASTE, IMAGE, Looker, Teller, push, question, settings, working
from tests.reports import report
from tests.waiting import eventually

BACKLOG = 100


class SlowForPushes(Looker):
    """A checker whose looks at what was pushed do not end before `gate` is set."""

    async def _answer(self, reference: Reference) -> Report:
        if "pushed" in str(reference) and self.gate is not None:
            await self.gate.wait()
        return report(str(reference))


class Paced(Teller):
    """A publisher that is asked to wait, but where a person waits."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0

    async def publish(self, load: ReleaseSource, *, subject: str, channel: str, asker: Asker = NOBODY) -> bool:
        if not asker.user:
            self.waiting += 1
            await self.open.wait()
        return await super().publish(load, subject=subject, channel=channel, asker=asker)


@pytest.mark.long
async def test_a_person_does_not_wait_for_a_backlog_of_pushes(store: Store) -> None:
    """Each slot for pushes is taken, and many more wait; what a person asks for is checked and told all the same."""
    gate = asyncio.Event()
    checker, teller = SlowForPushes(gate=gate), Teller()
    async with open_queue(store, settings()) as queue:
        for number in range(BACKLOG):
            await queue.enqueue(push(f"quay.io/acme/pushed:{number}"), key=f"k{number}")
        async with working(store, checker, teller):
            await eventually(lambda: checker.at_once == settings().concurrency)
            await queue.enqueue(question(), key="k")
            await queue.enqueue(question("quay.io/acme/page:1", origin="page", user=""), key="page")
            await eventually(teller.has_told(2))
            assert checker.at_once == settings().concurrency
            gate.set()
            await eventually(teller.has_told(2 + BACKLOG))


@pytest.mark.long
async def test_checks_do_not_wait_for_slack(store: Store) -> None:
    """Seen: a check's slot was held while Slack was paced, and a page's check waited 168 s."""
    checker, teller = Looker(), Paced()
    async with open_queue(store, settings()) as queue, working(store, checker, teller):
        for number in range(BACKLOG):
            await queue.enqueue(push(f"quay.io/acme/pushed:{number}"), key=f"k{number}")
        await eventually(lambda: len(checker.looks) == BACKLOG)
        assert not teller.told
        await queue.enqueue(question(), key="k")
        await eventually(teller.has_told(1))
        assert teller.told == [(IMAGE, "C1", "U1")]
        teller.open.set()
        await eventually(teller.has_told(1 + BACKLOG))


async def test_of_two_reports_that_wait_to_be_posted_the_newest_is(store: Store) -> None:
    checker, teller = Looker(), Paced()
    async with open_queue(store, settings()) as queue, working(store, checker, teller):
        for number in range(settings().posts_concurrency):  # they take every slot
            await queue.enqueue(push(f"quay.io/acme/pushed:{number}"), key=f"k{number}")
        await eventually(lambda: teller.waiting == settings().posts_concurrency)
        for count in range(1, 4):
            await queue.enqueue(push(), key="k")
            await eventually(lambda count=count: checker.looks.count(IMAGE) == count)  # type: ignore[misc]
            await eventually(lambda: _is_idle(queue, Lane.PUSHES))
        teller.open.set()
        await eventually(teller.has_told(1 + settings().posts_concurrency))
    assert [image for image, _, _ in teller.told].count(IMAGE) == 1


async def _is_idle(queue: DocketQueue, lane: Lane) -> bool:
    counts = await count_lane(queue.dockets[lane])
    return counts.in_stream + counts.later == 0


@pytest.mark.parametrize(
    ("job", "is_asked"),
    [
        (push(), False),
        (push(origin="recheck"), False),  # a signature has arrived
        (push(origin="recheck", user="U1"), True),  # the button
        (question(), True),
        (push(origin="page"), True),
    ],
)
def test_what_a_person_asked_for_has_lanes_of_its_own(job: CheckJob, is_asked: bool) -> None:  # noqa: FBT001
    assert job.is_asked is is_asked
    assert checking_lane(job) is (Lane.ASKED if is_asked else Lane.PUSHES)
    assert posting_lane(job) is (Lane.ANSWERS if is_asked else Lane.POSTS)


async def test_a_slot_that_becomes_free_is_filled_soon(store: Store) -> None:
    """However rarely the worker looks for due jobs, and asks an idle store for new ones."""
    checker, jobs = Looker(), 3 * settings().concurrency
    async with open_queue(store, settings()) as queue:
        for number in range(jobs):
            await queue.enqueue(push(f"quay.io/acme/pushed:{number}"), key=f"k{number}")
        async with working(store, checker, Teller(), timing=replace(HASTE, poll=600)):
            await eventually(lambda: len(checker.looks) == jobs)
