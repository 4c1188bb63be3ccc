"""What becomes of a job: checked, saved, told; together with others; and in a worker that is stopped."""

import asyncio
import time

import pytest
from docket.execution import ExecutionState

from bot.context import Phase
from bot.jobs.lanes import CHECK, Lane
from bot.jobs.parts import CheckPolicy
from bot.jobs.queue import open_queue
from bot.store import Store
from bot.store.dead_letters import DeadLetters
from bot.store.digests import Digests
from bot.store.reports import Reports
from bot.values import replace
from tests.jobs.idle import is_idle
from tests.jobs.parts import HASTE, IMAGE, UNREAD, Looker, Teller, push, question, settings, working
from tests.waiting import eventually, many_turns


async def test_a_report_is_saved_before_it_is_told(store: Store) -> None:
    steps: list[str] = []

    async def heard(step: str) -> None:
        steps.append(step)

    publisher = Teller()
    async with working(store, Looker(), publisher, progress=heard), open_queue(store, settings()) as queue:
        await queue.enqueue(question(), key="k")
        await eventually(publisher.has_told(1))
    assert steps == ["fetched", "saved", "published"]
    assert publisher.told == [(IMAGE, "C1", "U1")]
    latest = await Reports(store).latest(IMAGE)
    assert latest is not None
    assert await Digests(store).tags("quay.io/acme/app", latest.report.digest) == ("1.2.3",)


async def test_the_same_image_twice_at_once_is_looked_at_once(store: Store) -> None:
    """Asked for in two channels: each hears of it, the registry is asked once."""
    publisher, checker = Teller(), Looker(gate=asyncio.Event())
    async with open_queue(store, settings()) as queue:
        for channel in ("C1", "C2", "C3"):
            await queue.enqueue(question(channel=channel), key=f"k|{channel}")
        async with working(store, checker, publisher), working(store, checker, publisher):  # two workers
            await eventually(lambda: len(checker.looks) == 1)
            assert checker.gate is not None
            checker.gate.set()
            await eventually(publisher.has_told(3))
    assert len(checker.looks) == 1
    assert {channel for _, channel, _ in publisher.told} == {"C1", "C2", "C3"}


async def test_a_report_by_another_policy_is_not_used_again(store: Store) -> None:
    publisher = Teller()
    async with open_queue(store, settings()) as queue:
        await queue.enqueue(question(), key="one")
        await queue.enqueue(question(), key="two")
        async with working(store, Looker(says=CheckPolicy("old")), publisher):
            await eventually(publisher.has_told(1))
        checker = Looker(says=CheckPolicy("new"))
        await queue.enqueue(question(), key="three")  # the others may both have been answered, or one of them
        # The first worker may have taken a question up, and stopped: nobody else gets it before that.
        async with working(store, checker, publisher, timing=replace(HASTE, redelivery=10)):
            await eventually(publisher.has_told(3))
    assert checker.looks


async def test_the_policy_says_where_it_is_told_unless_the_asker_does(store: Store) -> None:
    publisher = Teller()
    async with (
        working(store, Looker(says=CheckPolicy("v1", channel="#releases")), publisher),
        open_queue(store, settings()) as queue,
    ):
        await queue.enqueue(push(), key="k")
        await eventually(publisher.has_told(1))
        await queue.enqueue(question(channel="C1"), key="k")
        await eventually(publisher.has_told(2))
    assert [channel for _, channel, _ in publisher.told] == ["#releases", "C1"]


async def test_the_policy_says_whom_to_call(store: Store) -> None:
    publisher = Teller()
    checker = Looker(says=CheckPolicy("v1", owners=("S0RELEASE", "@release-team")))
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k")
        await eventually(publisher.has_told(1))
    assert publisher.owners == [("S0RELEASE", "@release-team")]


async def test_a_tag_that_the_policy_ignores_is_looked_at_only_when_a_person_asks(store: Store) -> None:
    publisher, checker = Teller(), Looker(says=CheckPolicy("v1", is_ignored=True))
    async with open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k", delay=0.01)
        async with working(store, checker, publisher):
            await eventually(lambda: is_idle(store, queue))
            assert not checker.looks
            await queue.enqueue(question(), key="k")
            await eventually(publisher.has_told(1))


async def test_a_push_is_looked_at_when_it_has_settled_whoever_asked_before(store: Store) -> None:
    """What a person sees while signatures still arrive is not what becomes of the push."""
    checker, teller = Looker(), Teller()
    async with open_queue(store, settings()) as queue, working(store, checker, teller):
        await queue.enqueue(push(asked_at=time.time()), key="k", delay=600)
        await queue.enqueue(question(), key="k")
        await eventually(teller.has_told(1))
        assert not await queue.enqueue(push(asked_at=time.time()), key="k")  # its time has come
        await eventually(teller.has_told(2))
    assert checker.phases == [Phase.SETTLED, Phase.SETTLING]


async def test_asked_again_later_it_is_looked_at_again(store: Store) -> None:
    publisher, checker = Teller(), Looker()
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(question(), key="k")
        await eventually(publisher.has_told(1))
        await queue.enqueue(question(), key="k")
        await eventually(publisher.has_told(2))
    assert len(checker.looks) == 2


@pytest.mark.parametrize("image", ["oci:/etc", "oci:demo/images", "/etc/passwd", "not an image", "", "a" * 600])
async def test_what_is_no_image_of_a_registry_is_never_looked_at(store: Store, image: str) -> None:
    publisher, checker = Teller(), Looker()
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(question(image), key="k")
        await eventually(publisher.has_trouble())
    assert not checker.looks
    assert publisher.troubles[0].final
    assert await DeadLetters(store).count() == 0


@pytest.mark.parametrize("text", ["", "{}", '{"image": 1}', '{"image": "a", "origin": "elsewhere"}', "\x00"])
async def test_a_job_that_cannot_be_read_becomes_a_dead_letter(store: Store, text: str) -> None:
    async with working(store, Looker(), Teller()), open_queue(store, settings()) as queue:
        await queue.dockets[Lane.ASKED].add(CHECK, key="asked:k")(text, 0, 0)
        await eventually(lambda: _is_dead(store, 1))
    (letter,) = await DeadLetters(store).newest()
    assert letter.job == text


async def _is_dead(store: Store, number: int) -> bool:
    return await DeadLetters(store).count() == number


async def test_a_job_that_only_a_newer_version_knows_waits_for_it(store: Store) -> None:
    done = asyncio.Event()

    async def later_invention(word: str) -> None:
        assert word == "kept"
        done.set()

    async with open_queue(store, settings()) as queue:
        queue.dockets[Lane.ASKED].register(later_invention)
        await queue.dockets[Lane.ASKED].add(later_invention, key="new")("kept")
        async with working(store, Looker(), Teller()):
            await eventually(lambda: _is_scheduled(store, "new"))
        waiting = await queue.dockets[Lane.ASKED].get_execution("new")
        assert waiting is not None
        await queue.dockets[Lane.ASKED].replace(later_invention, waiting.when.replace(year=2020), "new")(*waiting.args)
        from docket import Worker  # noqa: PLC0415 - the newer worker is docket's own

        async with Worker(queue.dockets[Lane.ASKED], schedule_automatic_tasks=False) as newer:
            await newer.run_until_finished()
    assert done.is_set()


async def _is_scheduled(store: Store, name: str) -> bool:
    async with open_queue(store, settings()) as queue:
        waiting = await queue.dockets[Lane.ASKED].get_execution(name)
        return waiting is not None and waiting.state is ExecutionState.SCHEDULED


async def test_stopped_it_finishes_what_it_has_and_takes_no_more(store: Store) -> None:
    publisher, checker, stop = Teller(), Looker(gate=asyncio.Event()), asyncio.Event()
    async with open_queue(store, settings()) as queue:
        async with working(store, checker, publisher, stop=stop) as task:
            await queue.enqueue(push(), key="k")
            await eventually(lambda: len(checker.looks) == 1)
            stop.set()
            await many_turns()
            await queue.enqueue(push("quay.io/acme/later:1"), key="later")
            assert not task.done()
            assert checker.gate is not None
            checker.gate.set()
            await task
        assert publisher.told == [(IMAGE, "", "")]
        async with working(store, checker, publisher):
            await eventually(publisher.has_told(2))


async def test_what_does_not_end_in_time_goes_to_another_worker(store: Store) -> None:
    stuck, publisher, stop = Looker(gate=asyncio.Event()), Teller(), asyncio.Event()
    async with open_queue(store, settings()) as queue:
        async with working(store, stuck, publisher, stop=stop, timing=replace(HASTE, drain=0.1)) as task:
            await queue.enqueue(push(), key="k")
            await eventually(lambda: len(stuck.looks) == 1)
            stop.set()
            await task
        assert not publisher.told
        async with working(store, Looker(), publisher, timing=replace(HASTE, redelivery=1)):
            await eventually(publisher.has_told(1))


async def test_what_a_person_asked_for_is_answered_once(store: Store) -> None:
    publisher = Teller()
    timing = replace(HASTE, looks=(0.05,))
    async with working(store, Looker([UNREAD]), publisher, timing=timing), open_queue(store, settings()) as queue:
        await queue.enqueue(question(), key="k")
        await eventually(publisher.has_told(1))
        await eventually(lambda: is_idle(store, queue))
    assert len(publisher.told) == 1


async def test_docket_keeps_neither_what_a_job_returned_nor_what_it_raised(store: Store) -> None:
    async with open_queue(store, settings()) as queue:
        for docket in queue.dockets.values():
            await docket.result_storage.put("k", {"data": "x"})
            assert await docket.result_storage.get("k") is None
    assert not [key async for key in store.redis.scan_iter("*results*")]
