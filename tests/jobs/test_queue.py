"""What a door may rely on: stored when it returns, once per delivery, calm after a burst, never lost."""

import asyncio
import pickletools
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from docket.execution import ExecutionState

from bot.errors import StoreError
from bot.jobs import queue as limits
from bot.jobs.lanes import CHECK, Lane
from bot.jobs.queue import DocketQueue, open_queue
from bot.store import Store, open_store
from bot.store.deliveries import Deliveries
from bot.store.engine.binary import find_binary
from bot.store.packed_in_c import PackedInC
from tests.jobs.parts import IMAGE, Looker, Teller, push, question, settings, working
from tests.real_redis import RedisServer, running_server
from tests.waiting import eventually, in_the_file, many_turns


@pytest.fixture
async def queue(store: Store) -> AsyncIterator[DocketQueue]:
    async with open_queue(store, settings()) as opened:
        yield opened


@pytest.fixture
def mortal() -> Iterator[RedisServer]:
    """A store that the test may kill."""
    with tempfile.TemporaryDirectory(prefix="valkey-") as name:
        socket = f"{name}/s"
        flags = ("--port", "0", "--unixsocket", socket, "--appendonly", "yes", "--save", "")
        with running_server(RedisServer(str(find_binary()), Path(name), f"unix://{socket}", flags)) as server:
            yield server


async def due(queue: DocketQueue, name: str) -> datetime:
    lane = Lane.ASKED if name.startswith("asked:") else Lane.PUSHES
    waiting = await queue.dockets[lane].get_execution(name)
    assert waiting is not None
    return waiting.when


def _key_of(queue: DocketQueue, delay: float) -> str:
    """Where a push is stored: in the schedule, or at once in the stream."""
    docket = queue.dockets[Lane.PUSHES]
    return docket.queue_key if delay else docket.stream_key


async def test_the_same_delivery_a_hundred_times_is_one_run(store: Store, queue: DocketQueue) -> None:
    checker, publisher = Looker(), Teller()
    async with working(store, checker, publisher):
        placed = await asyncio.gather(*(queue.enqueue(push(), key="k", delivery="d") for _ in range(100)))
        await eventually(publisher.has_told(1))
        again = await asyncio.gather(*(queue.enqueue(push(), key="k", delivery="d") for _ in range(100)))
    assert sum(placed) == 1
    assert not any(again)
    assert len(checker.looks) == len(publisher.told) == 1


async def test_a_flood_is_stored_to_the_last(queue: DocketQueue) -> None:
    placed = await asyncio.gather(*(queue.enqueue(push(), key=f"k{n}", delivery=f"d{n}", delay=99) for n in range(600)))
    assert all(placed)


async def test_a_burst_on_one_key_is_one_run(store: Store, queue: DocketQueue) -> None:
    checker, publisher = Looker(), Teller()
    placed = [await queue.enqueue(push(), key="k", delivery=f"d{number}", delay=0.3) for number in range(20)]
    assert placed == [True] + [False] * 19
    async with working(store, checker, publisher):
        await eventually(publisher.has_told(1))
    assert len(checker.looks) == 1


async def test_different_keys_do_not_wait_for_each_other(store: Store, queue: DocketQueue) -> None:
    checker, publisher = Looker(), Teller()
    for number in range(10):
        assert await queue.enqueue(push(f"quay.io/acme/app:{number}"), key=f"k{number}")
    async with working(store, checker, publisher):
        await eventually(publisher.has_told(10))


async def test_each_event_puts_the_check_off_but_not_for_ever(store: Store) -> None:
    async with open_queue(store, settings(settle_max=100)) as queue:
        await queue.enqueue(push(), key="k", delay=30)
        first = await due(queue, "pushed:k")
        await queue.enqueue(push(), key="k", delay=60)
        second = await due(queue, "pushed:k")
        assert 29 < (second - first).total_seconds() < 40
        await queue.enqueue(push(), key="k", delay=500)
        last = await due(queue, "pushed:k")
        assert 69 < (last - first).total_seconds() < 71  # settle_max after the first event
        await queue.enqueue(push(), key="k", delay=1)
        assert await due(queue, "pushed:k") == last  # an event never hurries


async def test_a_person_does_not_wait_for_the_settling_of_a_push(store: Store, queue: DocketQueue) -> None:
    checker, publisher = Looker(), Teller()
    await queue.enqueue(push(), key="k", delay=1000)
    async with working(store, checker, publisher):
        assert await queue.enqueue(question(), key="k")
        await eventually(publisher.has_told(1))
    assert publisher.told == [(IMAGE, "C1", "U1")]
    waiting = await queue.dockets[Lane.PUSHES].get_execution("pushed:k")
    assert waiting is not None
    assert waiting.state is ExecutionState.SCHEDULED


async def test_a_person_hurries_a_job_that_waits_for_its_next_try(queue: DocketQueue) -> None:
    await queue.enqueue(question(), key="k")
    waiting = await queue.dockets[Lane.ASKED].get_execution("asked:k")
    assert waiting is not None
    await queue.dockets[Lane.ASKED].replace(CHECK, waiting.when.replace(year=waiting.when.year + 1), "asked:k")(
        *waiting.args
    )
    assert not await queue.enqueue(question(), key="k")
    assert (await due(queue, "asked:k")).year == waiting.when.year


async def test_after_the_clock_was_set_back_a_further_push_does_not_wait_for_the_old_time(
    queue: DocketQueue,
) -> None:
    """Seen with a clock that was set back by an hour: what was pushed again waited for that hour, too."""
    await queue.enqueue(push(), key="k", delay=5)
    docket, name = queue.dockets[Lane.PUSHES], "pushed:k"
    waiting = await docket.get_execution(name)
    assert waiting is not None
    text, first, since = waiting.args
    hour = timedelta(hours=1)
    await docket.replace(CHECK, waiting.when + hour, name)(text, first + 3_600_000, since + 3_600_000)
    assert not await queue.enqueue(push(), key="k", delay=5)
    assert (await due(queue, name)) - waiting.when < timedelta(minutes=5)


async def test_an_event_during_the_check_leads_to_another_check(store: Store, queue: DocketQueue) -> None:
    """The running one may have looked before the event; so the event must not be lost in it."""
    checker, publisher = Looker(gate=asyncio.Event()), Teller()
    async with working(store, checker, publisher):
        await queue.enqueue(push(), key="k", delivery="d1")
        await eventually(lambda: len(checker.looks) == 1)
        assert await queue.enqueue(push(), key="k", delivery="d2")
        assert checker.gate is not None
        checker.gate.set()
        await eventually(publisher.has_told(2))
    assert len(checker.looks) == 2
    assert checker.most_at_once == 1


async def test_docket_s_own_commands_are_packed_in_c(queue: DocketQueue) -> None:
    for docket in queue.dockets.values():
        async with docket.redis() as client:
            pool = cast("Any", client).connection_pool
            connection = await pool.get_connection()
            await pool.release(connection)
        assert isinstance(connection, PackedInC)


async def test_only_text_and_numbers_travel(store: Store, queue: DocketQueue) -> None:
    """Arguments are pickled, and a pickle may name things to call; ours names none."""
    await queue.enqueue(question(), key="k")
    async with queue.dockets[Lane.ASKED].redis() as redis:
        run = await redis.hgetall(queue.dockets[Lane.ASKED].runs_key("asked:k"))
    for field in (b"args", b"kwargs"):
        named = [opcode.name for opcode, _, _ in pickletools.genops(run[field]) if "GLOBAL" in opcode.name]
        assert not named
    assert store.url not in repr(queue)


async def test_what_was_acknowledged_survives_kill_9_of_the_store(mortal: RedisServer) -> None:
    checker, publisher = Looker(), Teller()
    async with open_store(mortal.settings()) as store, open_queue(store, settings()) as queue:
        for number in range(30):
            await queue.enqueue(push(f"quay.io/acme/app:{number}"), key=f"k{number}", delivery=f"d{number}", delay=0.1)
        await in_the_file(store.redis)
        mortal.kill()
        mortal.start()
        async with working(store, checker, publisher):
            await eventually(lambda: len({image for image, _, _ in publisher.told}) == 30)
        assert not await queue.enqueue(push(), key="k", delivery="d7")


async def test_a_store_that_is_away_is_said_and_the_delivery_is_taken_when_it_is_back(
    mortal: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(mortal.settings()) as store, open_queue(store, settings()) as queue:
        mortal.kill()
        with monkeypatch.context() as patch:
            patch.setattr(limits, "ENQUEUE_MAX", 0.5)
            with pytest.raises(StoreError):
                await queue.enqueue(push(), key="k", delivery="d")
            with pytest.raises(StoreError):
                await queue.enqueue(push(), key="k")
        mortal.start()
        assert await queue.enqueue(push(), key="k", delivery="d")


async def test_a_restart_of_the_store_is_bridged(mortal: RedisServer) -> None:
    async with open_store(mortal.settings()) as store, open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="before")
        mortal.kill()
        mortal.start()
        assert await queue.enqueue(push(), key="after")


@pytest.mark.parametrize("delay", [0.0, 5.0])
async def test_a_delivery_whose_job_could_not_be_stored_is_taken_when_it_comes_again(
    store: Store, queue: DocketQueue, delay: float
) -> None:
    """At once: senders that repeat wait for seconds only, and a mark that stays would swallow the push."""
    key = _key_of(queue, delay)
    await store.redis.set(key, "not a queue")  # the delivery can be marked, its job cannot be stored
    for _ in range(2):
        with pytest.raises(StoreError):
            await queue.enqueue(push(), key="k", delivery="quay/1", delay=delay)
        assert await store.redis.keys(store.key("delivery", "*")) == []
    await store.redis.delete(key)
    assert await queue.enqueue(push(), key="k", delivery="quay/1", delay=delay)
    assert not await queue.enqueue(push(), key="k", delivery="quay/1", delay=delay)  # and now it is known


async def test_a_delivery_that_another_process_has_in_hand_is_not_taken_for_stored(
    store: Store, queue: DocketQueue
) -> None:
    other = Deliveries(store)
    assert await other.take("quay/1")
    mine = asyncio.create_task(queue.enqueue(push(), key="k", delivery="quay/1"))
    await many_turns()
    assert not mine.done()  # it waits for what becomes of the other one
    await other.drop("quay/1")
    assert await mine
