"""A push has time to be signed, exactly as long as the policy says, and nobody's question changes that.

The threads here come out of the whole bot: a fake registry, the real checker and rules, and a strict pretended Slack.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.context import Phase
from bot.jobs.lanes import Lane
from bot.jobs.parts import CheckPolicy
from bot.jobs.queue import DocketQueue, open_queue
from bot.jobs.recheck import MARGIN, Why, later_looks
from bot.jobs.timing import Timing
from bot.report import Report, WaiverSummary
from bot.rules import Outcome
from bot.store import Store
from bot.store.pushes import Pushes
from bot.values import replace
from tests.jobs.parts import (
    AWAITED,
    HASTE,
    IMAGE,
    UNREAD,
    Looker,
    Teller,
    judged,
    push,
    question,
    settings,
    working,
)
from tests.reports import report
from tests.waiting import eventually

SETTLES = [25.0, 20 * 60.0, 2 * 3600.0]


@pytest.mark.parametrize("settle", SETTLES)
def test_the_next_look_is_at_the_end_of_settle_however_long_that_is(settle: float) -> None:
    """Seen: looks came after 2, 12 and 72 minutes whatever the policy said."""
    (look,) = later_looks(AWAITED, push(), Timing(), settles_in=settle, completes_in=0.0)
    assert (look.why, look.delay) == (Why.SETTLED, settle + MARGIN)


@pytest.mark.parametrize(
    ("found", "settles_in"),
    [
        (AWAITED, 0.0),  # it has settled
        (judged(Outcome.FAIL), 0.0),
        (judged(Outcome.UNKNOWN, required=False, reason="awaiting-signature"), 600.0),  # only advised
        (judged(Outcome.FAIL, required=False), 600.0),
        (judged(Outcome.FAIL, rule="provenance-missing"), 600.0),  # it does not fail by absence alone
        (report(IMAGE), 600.0),
    ],
)
def test_nothing_is_looked_at_again_when_nothing_that_is_required_could_change(
    found: Report, settles_in: float
) -> None:
    assert not list(later_looks(found, push(), Timing(), settles_in=settles_in, completes_in=0.0))


def test_what_could_not_be_read_is_tried_again_later_each_time_and_not_for_ever() -> None:
    job, delays = push(), []
    while looks := list(later_looks(UNREAD, job, Timing(), settles_in=0, completes_in=0.0)):
        (look,) = looks
        assert look.why is Why.UNREAD
        delays.append(look.delay)
        job = look.job
    assert tuple(delays) == Timing().looks


def test_a_later_look_answers_nobody() -> None:
    pressed = push(origin="recheck", user="U1", response_url="https://hooks.slack.com/x", has_evidence=True)
    (look,) = later_looks(AWAITED, pressed, Timing(), settles_in=5, completes_in=0.0)
    assert (look.job.user, look.job.response_url, look.job.has_evidence) == ("", "", False)


@pytest.mark.parametrize("settle", SETTLES)
async def test_the_look_waits_in_the_store_until_then(store: Store, settle: float) -> None:
    checker, teller = Looker([AWAITED], says=CheckPolicy("v1", settle=settle)), Teller()
    async with open_queue(store, settings()) as queue, working(store, checker, teller):
        pushed = await store.now()
        await queue.enqueue(push(asked_at=pushed), key=f"{IMAGE}|")
        await eventually(teller.has_told(1))
        await eventually(lambda: _is_scheduled(queue))
        due = await _due(queue)
    assert due == pytest.approx(pushed + settle + MARGIN, abs=1.0)


async def test_a_look_that_ends_after_the_end_of_settle_is_repeated(store: Store) -> None:
    gate, settle = asyncio.Event(), 2.0
    checker, teller = Looker([AWAITED], says=CheckPolicy("v1", settle=settle), gate=gate), Teller()
    async with open_queue(store, settings()) as queue, working(store, checker, teller):
        pushed = await store.now()

        async def is_over() -> bool:
            return await store.now() > pushed + settle

        await queue.enqueue(push(asked_at=pushed), key=f"{IMAGE}|")
        await eventually(is_over)
        assert checker.looks == [str(IMAGE)], "it began before"
        gate.set()
        await eventually(lambda: _is_scheduled(queue))


async def _is_scheduled(queue: DocketQueue) -> bool:
    return await queue.dockets[Lane.PUSHES].get_execution(f"pushed:{Why.SETTLED}:{IMAGE}|") is not None


async def _due(queue: DocketQueue) -> float:
    waiting = await queue.dockets[Lane.PUSHES].get_execution(f"pushed:{Why.SETTLED}:{IMAGE}|")
    assert waiting is not None
    return waiting.when.timestamp()


async def test_a_push_settles_once_whoever_asks_and_whenever(store: Store) -> None:
    checker, teller = Looker([AWAITED], says=CheckPolicy("v1", settle=600)), Teller()
    now = await store.now()
    jobs = [
        (push(asked_at=now), Phase.SETTLING),
        (question(asked_at=now), Phase.SETTLING),  # a person sees what the push sees
        (push(origin="recheck", user="U1", asked_at=now), Phase.SETTLING),
        (push("quay.io/acme/old:1", asked_at=now - 700), Phase.SETTLED),
        (push("quay.io/acme/old:1", origin="recheck", user="U1", asked_at=now), Phase.SETTLED),
        (push("quay.io/acme/old:1", asked_at=now), Phase.SETTLED),  # the same content, pushed again
        (question("quay.io/acme/unknown:1", asked_at=now), Phase.SETTLED),  # no push of it is known
    ]
    async with working(store, checker, teller), open_queue(store, settings()) as queue:
        for number, (job, _) in enumerate(jobs, start=1):
            await queue.enqueue(job, key=f"k{number}")
            await eventually(teller.has_told(number))
    assert checker.phases == [phase for _, phase in jobs]


async def test_who_asks_before_the_push_is_looked_at_hears_that_signatures_may_come(store: Store) -> None:
    checker, teller = Looker([AWAITED], says=CheckPolicy("v1", settle=600)), Teller()
    async with working(store, checker, teller), open_queue(store, settings()) as queue:
        await Pushes(store).announce(IMAGE, await store.now())
        await queue.enqueue(question(), key="k")
        await eventually(teller.has_told(1))
    assert checker.phases == [Phase.SETTLING]


async def test_other_content_under_the_same_tag_has_a_time_of_its_own(store: Store) -> None:
    pushes = Pushes(store)
    await pushes.announce(IMAGE, 100.0)
    assert await pushes.first(IMAGE, "sha256:one") == 100.0
    await pushes.announce(IMAGE, 900.0)
    assert await pushes.first(IMAGE, "sha256:two") == 900.0
    assert await pushes.first(IMAGE, "sha256:one") == 100.0
    assert await pushes.first("quay.io/acme/other:1", "sha256:one") is None


async def test_the_same_content_pushed_again_costs_one_request(store: Store) -> None:
    good = report(IMAGE).model_copy(update={"checked_at": datetime.now(UTC)})
    checker, teller = Looker([good], stands_for=good.digest), Teller()
    async with working(store, checker, teller), open_queue(store, settings()) as queue:
        for number in range(1, 4):
            await queue.enqueue(push(), key="k")
            await eventually(teller.has_told(number))
        assert (len(checker.looks), len(checker.asked)) == (1, 2)
        await queue.enqueue(question(), key="k")  # a person gets a full look
        await eventually(teller.has_told(4))
        await queue.enqueue(push(origin="recheck", has_evidence=True), key="k")  # a signature has arrived
        await eventually(teller.has_told(5))
        assert len(checker.looks) == 3
        checker.says = CheckPolicy("v2")  # the policy changed
        await queue.enqueue(push(), key="k")
        await eventually(teller.has_told(6))
        assert len(checker.looks) == 4
        checker.stands_for = ""  # the tag moved
        await queue.enqueue(push(), key="k")
        await eventually(teller.has_told(7))
    assert len(checker.looks) == 5


@pytest.mark.parametrize("found", [AWAITED, UNREAD, report(IMAGE)])
async def test_a_report_that_is_open_or_old_is_made_anew(store: Store, found: Report) -> None:
    checker, teller = Looker([found], stands_for=found.digest), Teller()  # made in 2026-11-22
    async with working(store, checker, teller, timing=replace(HASTE, looks=())), open_queue(store, settings()) as queue:
        for number in (1, 2):
            await queue.enqueue(push(), key="k")
            await eventually(teller.has_told(number))
    assert len(checker.looks) == 2


@pytest.mark.parametrize(("days", "looks"), [(0, 1), (-1, 2)])
async def test_a_report_with_a_waiver_that_is_over_is_made_anew(store: Store, days: int, looks: int) -> None:
    """Until the report was a day old, the image passed by a waiver that had ended."""
    now = datetime.fromtimestamp(await store.now(), UTC)
    waiver = WaiverSummary(reason="known", until=f"{now.date() + timedelta(days=days)}")
    waived = judged(Outcome.WAIVED, rule="sbom-missing")
    waived = waived.model_copy(
        update={"checked_at": now, "results": (waived.results[0].model_copy(update={"waiver": waiver}),)}
    )
    checker, teller = Looker([waived], stands_for=waived.digest), Teller()
    async with working(store, checker, teller), open_queue(store, settings()) as queue:
        for number in (1, 2):
            await queue.enqueue(push(), key="k")
            await eventually(teller.has_told(number))
    assert len(checker.looks) == looks
