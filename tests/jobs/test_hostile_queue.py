"""Whoever may write to the store puts a program into the queue: it does not run, it is told, and other jobs go on."""

import base64
import pickle
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import pytest
from docket.execution import Execution, ExecutionState
from structlog.testing import capture_logs

from bot.errors import MalformedError
from bot.jobs.lanes import CHECK, Lane
from bot.jobs.plain_docket import NAME_MAX, NUMBER_MAX, NoResults
from bot.jobs.queue import DocketQueue, open_queue
from bot.jobs.runner import UNKNOWN_ATTEMPTS
from bot.store import Store
from bot.store.dead_letters import DeadLetters
from tests.jobs.exploit import Exploit
from tests.jobs.parts import IMAGE, Looker, Teller, question, settings, working
from tests.waiting import eventually

GOOD: Final = question().model_dump_json()
Put = Callable[[DocketQueue, dict[bytes, bytes]], Awaitable[None]]


@pytest.fixture
def exploit(tmp_path: Path) -> Exploit:
    return Exploit(tmp_path / "code-was-run")


def message(name: str, /, **changes: bytes) -> dict[bytes, bytes]:
    """A job as docket writes it to the stream and to the schedule."""
    fields = {
        "key": name.encode(),
        "when": datetime.now(UTC).isoformat().encode(),
        "function": CHECK.encode(),
        "args": pickle.dumps((GOOD, 1, 1)),
        "kwargs": pickle.dumps({}),
        "attempt": b"1",
        "generation": b"0",
        **changes,
    }
    return {name.encode(): value for name, value in fields.items()}


async def into_the_stream(queue: DocketQueue, fields: dict[bytes, bytes]) -> None:
    async with queue.dockets[Lane.ASKED].redis() as redis:
        await redis.xadd(queue.dockets[Lane.ASKED].stream_key, dict(fields))  # type: ignore[arg-type]


async def into_the_schedule(queue: DocketQueue, fields: dict[bytes, bytes]) -> None:
    async with queue.dockets[Lane.ASKED].redis() as redis:
        name = fields[b"key"].decode()
        await redis.hset(queue.dockets[Lane.ASKED].parked_task_key(name), mapping=dict(fields))  # type: ignore[arg-type]
        await redis.zadd(queue.dockets[Lane.ASKED].queue_key, {name: datetime.now(UTC).timestamp()})


async def goes_on(store: Store, queue: DocketQueue, bad: int) -> None:
    """With a worker, `bad` messages become dead letters, and a good job is done."""
    teller = Teller()
    with capture_logs() as logs:
        async with working(store, Looker(), teller) as worker:
            await eventually(lambda: _is_dead(store, bad))
            await queue.enqueue(question(), key="good")
            await eventually(teller.has_told(1))
            assert not worker.done()
    assert sum(line["event"] == "job given up" for line in logs) == bad
    async with queue.dockets[Lane.ASKED].redis() as redis:
        assert await redis.xlen(queue.dockets[Lane.ASKED].stream_key) == 0  # nothing comes back


async def _is_dead(store: Store, number: int) -> bool:
    return await DeadLetters(store).count() == number


@pytest.mark.parametrize("put", [into_the_stream, into_the_schedule])
@pytest.mark.parametrize("field", ["args", "kwargs"])
@pytest.mark.parametrize("task", [CHECK, "something_else", "trace", "unreadable_job"])
async def test_a_program_in_the_queue_does_not_run(
    store: Store,
    exploit: Exploit,
    put: Put,
    field: str,
    task: str,
) -> None:
    async with open_queue(store, settings()) as queue:
        await put(queue, message("bad", function=task.encode(), **{field: exploit.payload}))
        await goes_on(store, queue, 1)
    assert not exploit.was_run
    (letter,) = await DeadLetters(store).newest()
    assert "holds more than plain values" in letter.why
    assert task in letter.job
    assert str(exploit.mark) not in letter.model_dump_json()


async def test_the_payload_is_a_real_one(exploit: Exploit) -> None:
    pickle.loads(exploit.payload)  # noqa: S301 - that it would have run is the point
    assert exploit.was_run


async def test_a_program_in_the_record_of_a_job_does_not_run_where_jobs_are_queued(
    store: Store, exploit: Exploit
) -> None:
    """The web process reads the records of waiting jobs, too."""
    async with open_queue(store, settings()) as queue:
        assert await queue.enqueue(question(), key="k")
        async with queue.dockets[Lane.ASKED].redis() as redis:
            await redis.hset(queue.dockets[Lane.ASKED].runs_key("asked:k"), "args", exploit.payload)
        assert not await queue.is_open("k")
        await queue.enqueue(question(), key="k")
        teller = Teller()
        async with working(store, Looker(), teller):
            await eventually(teller.has_told(1))
    assert not exploit.was_run


class KeptResults(NoResults):
    """A store for results that has one, as docket's own would."""

    def __init__(self, payload: bytes) -> None:
        self._data = {"data": base64.b64encode(payload).decode()}

    async def get(self, key: str) -> dict[str, str]:  # type: ignore[override]  # noqa: ARG002
        return self._data


async def test_a_program_as_a_result_does_not_run(store: Store, exploit: Exploit) -> None:
    """Results are not read from the store (NoResults); were they, they would be plain values."""
    async with open_queue(store, settings()) as queue:
        queue.dockets[Lane.ASKED].result_storage = cast("Any", KeptResults(exploit.payload))
        for state in (ExecutionState.COMPLETED, ExecutionState.FAILED):
            job = Execution(queue.dockets[Lane.ASKED], Teller.publish, (), {}, "k", datetime.now(UTC), 1)
            async with queue.dockets[Lane.ASKED].redis() as redis:
                await redis.hset(
                    queue.dockets[Lane.ASKED].runs_key("k"),
                    mapping={"state": state.value, "result_key": "r"},
                )
            with pytest.raises(MalformedError):
                await job.get_result()
    assert not exploit.was_run


async def test_a_program_among_the_strikes_does_not_run_and_stops_nobody(store: Store, exploit: Exploit) -> None:
    async with open_queue(store, settings()) as queue:
        async with queue.dockets[Lane.ASKED].redis() as redis:
            strike: Any = {b"direction": b"strike", b"function": CHECK.encode(), b"operator": b"=="}
            await redis.xadd(f"{queue.dockets[Lane.ASKED].prefix}:strikes", {**strike, b"value": exploit.payload})
            await redis.xadd(f"{queue.dockets[Lane.ASKED].prefix}:strikes", {**strike, b"value": pickle.dumps(None)})
        await goes_on(store, queue, 0)
    assert not exploit.was_run


BAD_FIELDS: Final = {
    "no pickle": {"args": b"\x00\x01"},
    "half a pickle": {"args": pickle.dumps((GOOD, 1, 1))[:-4]},
    "nothing": {"args": b""},
    "another type": {"args": pickle.dumps((1, 1, 1))},
    "a truth for a number": {"args": pickle.dumps((GOOD, True, 1))},
    "a number beyond dates": {"args": pickle.dumps((GOOD, 1, NUMBER_MAX * 2))},
    "too few": {"args": pickle.dumps((GOOD,))},
    "too many": {"args": pickle.dumps((GOOD, 1, 1, 1))},
    "no list": {"args": pickle.dumps("a11")},
    "named": {"kwargs": pickle.dumps({"timeout": "x"})},
    "no names": {"kwargs": pickle.dumps([])},
    "no time": {"when": b"tomorrow"},
    "an impossible time": {"when": b"0001-01-01T00:00:00"},
    "no number of attempts": {"attempt": b"x"},
    "less than no attempts": {"attempt": b"-5"},
    "no generation": {"generation": b"x"},
    "no text": {"function": b"\xff"},
    "a long name": {"function": b"x" * (NAME_MAX + 1)},
    "a key that is no text": {"key": b"\xff"},
}


@pytest.mark.parametrize("fields", BAD_FIELDS.values(), ids=BAD_FIELDS)
async def test_a_message_that_does_not_fit_becomes_a_dead_letter(store: Store, fields: dict[str, bytes]) -> None:
    async with open_queue(store, settings()) as queue:
        await into_the_stream(queue, message("bad", **fields))
        await goes_on(store, queue, 1)


async def test_a_message_without_fields_becomes_a_dead_letter(store: Store) -> None:
    async with open_queue(store, settings()) as queue:
        await into_the_stream(queue, {b"a": b"b"})
        await goes_on(store, queue, 1)


@pytest.mark.parametrize("task", ["sleep", "trace", "fail"])
async def test_only_our_own_tasks_are_there(store: Store, task: str) -> None:
    """Docket brings tasks of its own; one of them waits for as long as the message says."""
    attempt = str(UNKNOWN_ATTEMPTS).encode()
    async with open_queue(store, settings()) as queue:
        await into_the_stream(
            queue, message("bad", function=task.encode(), args=pickle.dumps((10**6,)), attempt=attempt)
        )
        await goes_on(store, queue, 1)
    (letter,) = await DeadLetters(store).newest()
    assert "no worker knows" in letter.why


async def test_a_bad_message_does_not_end_the_job_whose_key_it_bears(store: Store) -> None:
    async with open_queue(store, settings()) as queue:
        await queue.enqueue(question(), key="good")
        await into_the_stream(queue, message("asked:good", args=b"x"))
        teller = Teller()
        async with working(store, Looker(), teller):
            await eventually(teller.has_told(1))
            await eventually(lambda: _is_dead(store, 1))
    assert teller.told[0][0] == IMAGE
