"""A worker has one queue: each more has connections to the store and clients of its own, also while nothing happens."""

import asyncio

import pytest

from bot.jobs.queue import DocketQueue
from bot.jobs.worker import run_worker
from tests.real_redis import RedisServer

OPEN = DocketQueue.__init__


async def test_all_parts_of_a_worker_share_its_queue(empty_store: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[DocketQueue] = []

    def init(self: DocketQueue, *arguments: object, **named: object) -> None:
        OPEN(self, *arguments, **named)  # type: ignore[arg-type]
        opened.append(self)

    monkeypatch.setattr(DocketQueue, "__init__", init)
    stop = asyncio.Event()
    stop.set()  # it opens everything, and ends when it has begun to work
    await run_worker(empty_store.settings(watch=("registry.example.org/acme/app",), slack_bot_token=None), stop)
    assert len(opened) == 1
