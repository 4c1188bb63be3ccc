"""kill -9 of the worker, of the embedded engine, of who queued: afterwards the thread is there, once."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from bot.errors import StoreError
from bot.jobs.health import look
from bot.jobs.queue import DocketQueue, open_queue
from bot.releases import ReleaseName
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.threads import Threads
from tests.fake_slack import FakeSlack
from tests.jobs.parts import IMAGE, push
from tests.real_redis import RedisServer
from tests.waiting import eventually

pytestmark = pytest.mark.slow

CHANNEL = "C0RELEASES"
ENQUEUE = """
import asyncio, os, signal, sys
from bot.jobs.queue import open_queue
from bot.settings import Settings
from bot.store import open_store
from tests.jobs.parts import push
async def main():
    settings = Settings.model_validate_json(sys.argv[1])
    async with open_store(settings) as store, open_queue(store, settings) as queue:
        for number in range(20):
            assert await queue.enqueue(push(f"quay.io/acme/app:{number}"), key=f"k{number}", delivery=f"d{number}")
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


class Scene(Struct, frozen=True):
    """Where the workers meet: settings of a store, and a journal of all looks."""

    settings: dict[str, Any]
    journal: Path

    def read(self) -> Settings:
        return Settings.model_validate_json(json.dumps(self.settings))

    def looks(self) -> Counter[str]:
        return Counter(self.journal.read_text().splitlines() if self.journal.exists() else ())

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[tuple[Store, DocketQueue]]:
        async with open_store(self.read()) as store, open_queue(store, self.read()) as queue:
            yield store, queue

    @contextmanager
    def worker(self, dies_after: str = "") -> Iterator["subprocess.Popen[bytes]"]:
        words = ["-m", "tests.jobs.mortal_worker", json.dumps(self.settings), str(self.journal), dies_after]
        process = subprocess.Popen([sys.executable, *words])  # noqa: S603 - our own arguments
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """With the embedded engine, in a folder that all processes share; threads are on the pages."""
    return Scene({"data": str(tmp_path / "data")}, tmp_path / "journal")


@pytest.fixture
async def slack(scene: Scene) -> AsyncIterator[FakeSlack]:
    """The scene's threads are in Slack."""
    async with FakeSlack() as fake:
        fake.channel(CHANNEL, "releases")
        scene.settings["slack_bot_token"] = fake.space.token
        scene.settings["slack_channel"] = CHANNEL
        scene.settings["slack_api_url"] = fake.api
        yield fake


async def sent(queue: DocketQueue, image: str) -> None:
    """As a registry sends its delivery: again and again, until it is taken."""
    while True:
        try:
            await queue.enqueue(push(image), key=image, delivery=image)
        except (StoreError, TimeoutError):  # the store is being started again, on a busy machine for seconds
            await asyncio.sleep(0.1)
        else:
            return


async def ended(process: "subprocess.Popen[bytes]") -> int:
    await eventually(lambda: process.poll() is not None)
    return process.wait()


async def is_idle(store: Store, queue: DocketQueue) -> bool:
    found = await look(store, queue)
    return found.store and found.waiting + found.running + found.later == 0


async def threads(store: Store) -> Counter[str]:
    """Images of finished threads; each release here has one image."""
    names = [
        ReleaseName.parse(thread.address.subject)
        for thread in await Threads(store).newest(100)
        if not thread.is_pending
    ]
    return Counter(f"quay.io/{name.group}:{name.version}" for name in names)


async def all_done(store: Store, queue: DocketQueue, images: set[str]) -> None:
    """Wait until each image has its thread, and nothing is left to do."""

    async def done() -> bool:
        try:
            return await threads(store) == Counter(images) and await is_idle(store, queue)
        except StoreError:  # between two servers
            return False

    await eventually(done)


@pytest.mark.parametrize(("step", "looks"), [("fetched", 2), ("saved", 1), ("published", 1)])
async def test_a_worker_killed_in_the_middle_loses_nothing_and_tells_it_once(
    scene: Scene, slack: FakeSlack, step: str, looks: int
) -> None:
    async with scene.opened() as (store, queue):
        await queue.enqueue(push(), key="k", delivery="d")
        with scene.worker(step) as first:
            assert await ended(first) == -signal.SIGKILL
        with scene.worker():
            await eventually(lambda: len(slack.parents(CHANNEL)) == 1)
            await eventually(lambda: is_idle(store, queue))
    assert scene.looks()[IMAGE] == looks
    (parent,) = slack.parents(CHANNEL)
    assert len(slack.replies(CHANNEL, parent["ts"])) == 1  # one rule fails


async def test_whoever_runs_the_engine_may_die_and_so_may_the_engine(scene: Scene) -> None:
    """A web and a worker without REDIS_URL: first the engine is killed, then whoever started it."""
    images = {f"quay.io/acme/app:{number}" for number in range(20)}
    with scene.worker() as first:
        await eventually((Path(scene.settings["data"]) / "engine.address").exists)
        async with scene.opened() as (store, queue):
            for number, image in enumerate(sorted(images)):
                await sent(queue, image)
                if number == 5:
                    os.kill((await store.redis.info("server"))["process_id"], signal.SIGKILL)
                if number == 10:
                    first.kill()
            with scene.worker():
                await all_done(store, queue, images)
    assert set(scene.looks()) == images


async def test_what_was_acknowledged_is_done_although_who_queued_it_was_killed(scene: Scene) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", ENQUEUE, json.dumps(scene.settings))
    assert await process.wait() == -signal.SIGKILL
    with scene.worker():
        async with scene.opened() as (store, queue):
            await all_done(store, queue, {f"quay.io/acme/app:{number}" for number in range(20)})


async def test_sigterm_lets_running_jobs_end(scene: Scene) -> None:
    images = {f"quay.io/acme/app:{number}" for number in range(30)}
    async with scene.opened() as (store, queue):
        for image in images:
            await queue.enqueue(push(image), key=image)
        with scene.worker() as worker:
            await eventually(lambda: sum(scene.looks().values()) > 0)
            worker.terminate()
            assert await ended(worker) == 0
        looked = scene.looks()
        assert await threads(store) == looked  # what it had looked at, it has told
        assert len(looked) < len(images)
        with scene.worker():
            await all_done(store, queue, images)
    assert scene.looks() == Counter(images)


async def test_two_workers_share_the_work_and_do_nothing_twice(scene: Scene) -> None:
    images = {f"quay.io/acme/app:{number}" for number in range(30)}
    async with scene.opened() as (store, queue):
        with scene.worker(), scene.worker():
            for image in images:
                await queue.enqueue(push(image), key=image)
            await all_done(store, queue, images)
    assert scene.looks() == Counter(images)


@pytest.mark.real
async def test_debians_redis_killed_and_started_again(scene: Scene, redis_server: RedisServer) -> None:
    scene.settings["redis_url"] = redis_server.url
    images = {f"quay.io/acme/app:{number}" for number in range(30)}
    async with scene.opened() as (store, queue):
        with scene.worker(), scene.worker("saved"):
            for number, image in enumerate(sorted(images)):
                await sent(queue, image)
                if number == 15:
                    await asyncio.to_thread(redis_server.kill)
                    await asyncio.to_thread(redis_server.start)
            await all_done(store, queue, images)
    assert set(scene.looks()) == images
