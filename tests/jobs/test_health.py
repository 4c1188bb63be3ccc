"""What /readyz and the doctor learn."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from bot.jobs import health
from bot.jobs.health import NOBODY_WORKS, Health, look
from bot.jobs.queue import open_queue
from bot.store import Store, open_store
from bot.store.engine.binary import find_binary
from tests.jobs.parts import Looker, Teller, push, settings, working
from tests.real_redis import RedisServer, running_server
from tests.waiting import eventually


async def test_what_waits_runs_and_died_is_counted(store: Store) -> None:
    checker = Looker(gate=asyncio.Event())
    async with open_queue(store, settings()) as queue:
        assert await look(store, queue) == Health(store=True, why=NOBODY_WORKS)
        await queue.enqueue(push("quay.io/acme/one:1"), key="one")
        await queue.enqueue(push("quay.io/acme/two:1"), key="two", delay=1000)
        found = await look(store, queue)
        assert (found.workers, found.waiting, found.running, found.later, found.late) == (0, 1, 0, 1, 0.0)
        async with working(store, checker, Teller()):
            await eventually(lambda: len(checker.looks) == 1)
            found = await look(store, queue)
            assert (found.workers, found.waiting, found.running, found.later) == (1, 0, 1, 1)
            assert (found.ready, found.why) == (True, "")
            assert checker.gate is not None
            checker.gate.set()
        found = await look(store, queue)
        assert (found.workers, found.running) == (0, 0)
        assert (found.ready, found.facts()["why"]) == (False, NOBODY_WORKS)


async def test_jobs_that_are_due_and_that_nobody_moves_on_are_late(store: Store) -> None:
    async with open_queue(store, settings()) as queue:
        await queue.enqueue(push(), key="k", delay=3.0)

        async def is_late() -> bool:
            return (await look(store, queue)).late > 0

        await eventually(is_late)


async def test_a_store_that_is_away_is_a_fact_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="valkey-") as name:
        server = RedisServer(
            str(find_binary()), Path(name), f"unix://{name}/s", ("--port", "0", "--unixsocket", f"{name}/s")
        )
        with running_server(server):
            async with open_store(server.settings()) as store, open_queue(store, settings()) as queue:
                assert (await look(store, queue)).store
                server.kill()
                monkeypatch.setattr(health, "LOOK_MAX", 0.3)
                found = await look(store, queue)
    assert not found.ready
    assert found.facts()["ready"] is False
    assert found.why.startswith(("looking at the queue", "reaching the store"))
