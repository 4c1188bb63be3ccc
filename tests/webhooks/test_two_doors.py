"""Two web processes on one store: what reaches both is queued once. The flood of one source puts off no other."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.jobs.lanes import Lane
from bot.jobs.queue import DocketQueue, open_queue
from bot.settings import Settings
from bot.store import open_store
from bot.store.deliveries import Deliveries
from bot.store.digests import Digests
from handlers.webhooks import mount
from tests.making import digest
from tests.real_redis import RedisServer
from tests.webhooks.conftest import SECRET, source_of

NUMBER = 30
HOST = "registry.example"
SOURCES = tuple(source_of("distribution", id=id_, hosts=(HOST,)) for id_ in ("one", "two"))

Client = TestClient[web.Request, web.Application]


@asynccontextmanager
async def door(server: RedisServer, settings: Settings) -> AsyncIterator[tuple[Client, DocketQueue]]:
    """A door with connections of its own, as a process has them."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(server.settings()))
        queue = await stack.enter_async_context(open_queue(store, settings))
        app = web.Application()
        mount(app, settings, queue, Digests(store), Deliveries(store))
        yield await stack.enter_async_context(TestClient(TestServer(app))), queue


@pytest.fixture
def wanted() -> Settings:
    return Settings(webhooks=SOURCES, watch=(f"{HOST}/acme/*",), settle=300, push_burst=10, push_rate=0.01)


async def send(client: Client, source: str, image: str, tag: str, id_: str) -> int:
    """How many checks were queued for it."""
    target = {
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "repository": f"acme/{image}",
        "tag": tag,
        "digest": digest(f"{image}:{tag}"),
    }
    event = {"id": id_, "action": "push", "target": target, "request": {"host": HOST}}
    headers = {"Authorization": f"Bearer {SECRET}"}
    while True:  # as the sender does, should a busy machine make the store late
        async with client.post(f"/webhooks/{source}", data=json.dumps({"events": [event]}), headers=headers) as answer:
            if answer.status != 503:
                assert answer.status == 202
                return int((await answer.json())["accepted"])


async def due(queue: DocketQueue) -> dict[str, float]:
    """When each check is due, by its name."""
    snapshot = await queue.dockets[Lane.PUSHES].snapshot()
    return {job.key: job.when.timestamp() for job in snapshot.future}


@pytest.mark.parametrize("with_id", [True, False])
async def test_a_delivery_that_reaches_both_is_queued_once(
    empty_store: RedisServer, wanted: Settings, *, with_id: bool
) -> None:
    async with door(empty_store, wanted) as (one, queue), door(empty_store, wanted) as (two, _):
        sent = [
            send(client, "one", "app", f"1.{number}", f"the same {number}" if with_id else "")
            for number in range(NUMBER)
            for client in (one, two, one)
        ]
        assert sum(await asyncio.gather(*sent)) <= NUMBER
        assert len(await due(queue)) == NUMBER
        assert await send(two, "one", "app", "1.0", "the same 0") == 0


async def test_a_flood_of_one_source_puts_off_its_own_checks_and_no_others(
    empty_store: RedisServer, wanted: Settings
) -> None:
    async with door(empty_store, wanted) as (one, queue):
        flood = [send(one, "one", "flood", f"1.{number}", str(number)) for number in range(NUMBER)]
        answers = await asyncio.gather(*flood, send(one, "two", "calm", "1.0", "calm"))
        assert sum(answers) <= NUMBER + 1
        told = await due(queue)
        assert len(told) == NUMBER + 1
        calm = told.pop(f"pushed:{HOST}/acme/calm:1.0|")
        late = sum(at > calm + 50 for at in told.values())  # of those over the burst, each 100 s after the one before
        assert late >= NUMBER - wanted.push_burst - 1
