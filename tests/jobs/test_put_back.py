"""`provenance jobs`: the operator sees what was given up, and gives it another try."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot.cli import jobs
from bot.jobs.queue import open_queue
from bot.jobs.requeue import requeue
from bot.store import Store, open_store
from bot.store.dead_letters import DeadLetter, DeadLetters
from bot.store.deliveries import Deliveries
from tests.jobs.parts import IMAGE, Looker, Teller, push, question, settings, working
from tests.real_redis import RedisServer, full_memory
from tests.waiting import eventually

CLEAR = "\x1b[2J"  # what a terminal would obey


async def give_up(server: RedisServer) -> None:
    async with open_store(server.settings()) as store:
        dead = DeadLetters(store)
        for text, image, why in (
            (push(channel="C1").model_dump_json(), IMAGE, "quay.io does not answer (6 tries)"),
            (question(channel="C2").model_dump_json(), IMAGE, f"an odd answer {CLEAR}"),
            ("no job", "", "the job cannot be read"),
        ):
            await dead.add(DeadLetter(job=text, image=image, why=why, starts=6, at=datetime.now(UTC)))
        await Deliveries(store).count("quay", {"queued": 1})


def shown(server: RedisServer, capsys: pytest.CaptureFixture[str], *, again: bool) -> str:
    quay = {"id": "quay", "kind": "quay", "secret": "x" * 40, "hosts": ("quay.io",)}
    with capture_logs():
        asyncio.run(jobs._show(server.settings(webhooks=(quay,)), again=again))
    return capsys.readouterr().out


def test_what_was_given_up_is_shown_and_queued_again(
    empty_store: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(give_up(empty_store))
    before = shown(empty_store, capsys, again=False)
    assert "given up    3" in before
    assert "from quay   queued: 1" in before
    assert f"{IMAGE}  started 6 times: quay.io does not answer (6 tries)" in before
    assert CLEAR not in before
    after = shown(empty_store, capsys, again=True)
    assert "queued again: 2" in after
    assert "given up    1" in after  # what cannot be read stays
    assert "waiting     2" in after


async def test_what_is_queued_again_is_done(empty_store: RedisServer) -> None:
    publisher = Teller()
    await give_up(empty_store)
    async with open_store(empty_store.settings()) as store, open_queue(store, settings()) as queue:
        await requeue(DeadLetters(store), queue)
        async with working(store, Looker(), publisher):
            await eventually(publisher.has_told(2))
    assert {(channel, asker) for _, channel, asker in publisher.told} == {("C1", ""), ("C2", "U1")}


def test_the_command_reads_the_settings(empty_store: RedisServer) -> None:
    command = [sys.executable, "-m", "bot", "jobs"]
    done = subprocess.run(command, env={"REDIS_URL": empty_store.url}, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.startswith("workers     0 (start `provenance work`)")


async def test_of_a_full_store_nothing_is_counted(
    empty_store: RedisServer, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """Seen: two workers ran, and it said "workers 0 (start `provenance work`)", "waiting 0"."""
    with capture_logs():
        async with open_store(empty_store.settings()):
            pass  # it has run before
        async with full_memory(store):
            await jobs._show(empty_store.settings(), again=False)
    shown = capsys.readouterr().out
    assert "queue       unknown: " in shown
    assert "memory is full" in shown
    assert "workers" not in shown
