"""A push is taken in one step, which leaves what docket and the memories would have left in several."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from docket import Docket
from docket.execution import Execution
from redis.asyncio import Redis

from bot.jobs.lanes import CHECK, Lane
from bot.jobs.placing import PushCall, schedule_parts
from bot.jobs.queue import DocketQueue, open_queue
from bot.store import Store
from bot.store.deliveries import Deliveries
from bot.store.digests import Digests
from bot.store.pushes import Pushes
from tests.jobs.parts import IMAGE, push, settings
from tests.making import digest

WORKSPACE = "T1.0123456789abcdef"


class Recorded(Redis):
    """Takes a script's call, and runs nothing."""

    def __init__(self) -> None:
        self.parts: tuple[object, ...] = ()

    async def evalsha(self, _sha: str, _numkeys: int, *keys_and_args: object) -> str:
        self.parts = keys_and_args
        return "OK"


@pytest.mark.parametrize("delay", [60, -60])
async def test_docket_gets_what_docket_itself_would_send(store: Store, delay: int) -> None:
    async with open_queue(store, settings()) as queue:
        docket, due = queue.dockets[Lane.PUSHES], datetime.now(UTC) + timedelta(seconds=delay)
        call = PushCall(push(), CHECK, "pushed:k", ("text", 1, 2), due, "", is_due=delay < 0, is_announced=False)
        keys, args = schedule_parts(docket, call)
        theirs = await _sent_by(docket, call)
    assert [_text(part) for part in (*keys, *args)] == [_text(part) for part in theirs]


async def _sent_by(docket: Docket, call: PushCall) -> tuple[object, ...]:
    recorded = Recorded()
    execution = Execution(docket, docket.tasks[CHECK], call.args, {}, call.key, call.due, 1, function_name=CHECK)
    parts, _ = execution._schedule_script_args(replace=False)
    from docket._execution_scripts import _schedule  # noqa: PLC0415

    await _schedule(recorded, **parts)  # type: ignore[arg-type]
    return recorded.parts


def _text(part: object) -> str:
    return part.decode("latin-1") if isinstance(part, bytes) else str(part)


async def test_what_is_announced_is_remembered_with_the_job(store: Store) -> None:
    job = push().model_copy(update={"source": "quay", "digest_hint": digest("1")})
    async with open_queue(store, settings()) as queue:
        assert await queue.enqueue(job, key="k", delivery="d", delay=9, is_announced=True)
    name, _, tag = IMAGE.rpartition(":")
    now = await store.now()
    assert abs(await Pushes(store).heard(IMAGE) - now) < 60
    assert (await Pushes(store).heard_from(name))[0] == "quay"
    assert await Digests(store).tags(name, digest("1")) == (tag,)
    assert not await Deliveries(store).take("d")


async def test_a_poller_s_push_says_nothing_of_a_webhook(store: Store) -> None:
    job = push().model_copy(update={"source": "poll", "origin": "poll"})
    async with open_queue(store, settings()) as queue:
        assert await queue.enqueue(job, key="k", delay=9, is_announced=True)
    assert await Pushes(store).heard(IMAGE) == 0
    assert await Pushes(store).first(IMAGE, digest("1"))


async def test_a_later_look_is_not_a_push(store: Store) -> None:
    async with open_queue(store, settings()) as queue:
        assert await queue.enqueue(push().model_copy(update={"digest_hint": digest("1")}), key="k", delay=9)
    assert await Pushes(store).first(IMAGE, digest("1")) is None
    assert await Digests(store).tags(IMAGE.rpartition(":")[0], digest("1")) == ()


async def test_a_workspace_remembers_in_its_own_part(store: Store) -> None:
    own, job = store.of(WORKSPACE), push().model_copy(update={"workspace": WORKSPACE, "source": "quay"})
    async with open_queue(store, settings()) as queue:
        assert await queue.enqueue(job, key="k", delivery="d", delay=9, is_announced=True)
        assert await queue.enqueue(push(), key="k", delivery="d", delay=9), "the same delivery is for another, too"
    assert await Pushes(own).heard(IMAGE)
    assert not await Pushes(store).heard(IMAGE)


async def test_a_delivery_whose_job_waits_already_is_seen_once(store: Store) -> None:
    async with open_queue(store, settings()) as queue:
        assert await queue.enqueue(push(), key="k", delay=9)
        due = await _due(queue)
        assert not await queue.enqueue(push(), key="k", delivery="d", delay=99)
        later = await _due(queue)
        assert later > due
        assert not await queue.enqueue(push(), key="k", delivery="d", delay=999)
        assert await _due(queue) == later, "a repeated delivery puts nothing off"


async def _due(queue: DocketQueue) -> datetime:
    waiting = await queue.dockets[Lane.PUSHES].get_execution("pushed:k")
    assert waiting is not None
    return waiting.when


async def test_a_delivery_that_died_in_the_middle_is_taken_again(store: Store) -> None:
    """Its process claimed it, and is gone."""
    assert await Deliveries(store, storing=0.1).take("d")
    async with open_queue(store, settings()) as queue:
        assert await queue.enqueue(push(), key="k", delivery="d", delay=9)
        assert not await queue.enqueue(push(), key="k", delivery="d", delay=9)


async def test_the_latest_that_the_store_s_clock_may_say_is_never_behind_it(store: Store) -> None:
    for _ in range(50):
        told = await store.at_latest()
        assert await store.now() <= told
        before = await store.exactly_now()
        assert await store.at_latest() >= before


async def test_no_count_is_lost_in_a_flood(store: Store) -> None:
    deliveries = Deliveries(store)
    await asyncio.gather(*(deliveries.count("quay", {"queued": 1, "not watched": 2}) for _ in range(200)))
    for _ in range(1000):
        if (await deliveries.counts("quay"))["queued"] == 200:
            break
    assert await deliveries.counts("quay") == {"queued": 200, "not watched": 400}
    assert await deliveries.last("quay")


async def test_a_push_is_one_command_of_the_store(store: Store) -> None:
    async with open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k", delivery="d", delay=9, is_announced=True)  # the script is loaded now
        await store.redis.config_resetstat()
        await queue.enqueue(push(), key="other", delivery="d2", delay=9, is_announced=True)
        asked = await store.redis.info("commandstats")
    assert asked["cmdstat_evalsha"]["calls"] == 1
    assert "cmdstat_script|load" not in asked
