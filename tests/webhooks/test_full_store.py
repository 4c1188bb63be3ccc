"""A store whose memory is full takes no push: each sender is answered by what it does then, and nothing is lost."""

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.intake import buffer
from bot.jobs.lanes import Lane
from bot.jobs.queue import DocketQueue, open_queue
from bot.settings import Settings
from bot.store import Store
from bot.store.deliveries import Deliveries
from bot.store.digests import Digests
from handlers.webhooks import mount
from tests.real_redis import full_memory
from tests.waiting import eventually
from tests.webhooks.conftest import PUSH, SECRET, proven, source_of


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer, "BUFFER_RETRY", 0.01)


async def send(client: "TestClient[web.Request, web.Application]", kind: str) -> tuple[int, str]:
    one = PUSH[kind]
    raw = json.dumps(one.body).encode()
    path, proof = proven(kind, raw, SECRET)
    async with client.post(f"/webhooks/{kind}{path}", data=raw, headers={**one.headers, **proof}) as answer:
        return answer.status, answer.headers.get("Retry-After", "")


async def queued(queue: DocketQueue) -> list[str]:
    """The names of the checks that wait."""
    snapshot = await queue.dockets[Lane.PUSHES].snapshot()
    return sorted(job.key for job in snapshot.future)


async def test_senders_that_retry_are_refused_and_the_others_wait_in_memory(store: Store) -> None:
    settings = Settings(
        webhooks=(source_of("distribution"), source_of("quay")),
        watch=tuple(f"{host}/**" for kind in ("distribution", "quay") for host in source_of(kind).hosts),
        settle=300,
    )
    app = web.Application()
    async with open_queue(store, settings) as queue:
        mount(app, settings, queue, Digests(store), Deliveries(store))
        async with TestClient(TestServer(app)) as client:
            async with full_memory(store):
                assert await send(client, "distribution") == (503, "30")
                assert await send(client, "quay") == (202, "")  # it would switch the webhook off
            of_quay = [f"pushed:{image}|" for image in PUSH["quay"].expect["images"]]

            async def is_stored() -> bool:
                return await queued(queue) == of_quay

            await eventually(is_stored)
            assert await send(client, "distribution") == (202, "")
            both = of_quay + [f"pushed:{image}|" for image in PUSH["distribution"].expect["images"]]
            assert await queued(queue) == sorted(both)
