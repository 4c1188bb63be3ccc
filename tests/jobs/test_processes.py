"""`provenance serve` and `provenance work` as an operator starts them; with real parts in tests/test_story.py."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.webhooks import WebhookRequest, request
from bot.oci.reference import Reference
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack
from tests.registry_faults import Hang
from tests.town import CHANNEL, Town
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
async def registry() -> AsyncIterator[FakeRegistry]:
    async with FakeRegistry() as registry:
        yield registry


@pytest.fixture
async def town(registry: FakeRegistry, tmp_path: Path) -> AsyncIterator[Town]:
    async with FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        yield Town(registry.host, slack, tmp_path)


async def test_killed_while_the_registry_hangs_the_worker_loses_nothing(
    town: Town, registry: FakeRegistry, samples: Path
) -> None:
    digest = registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
    registry.fault("/manifests/", Hang(), times=1)
    image = Reference(registry.host, "demo/app", "1.0")
    async with town.web():
        await eventually(town.is_alive)
        async with town.worker() as worker:
            assert await town.push(image, digest) == 202
            await eventually(lambda: bool(registry.count("GET", "/manifests/")))
            worker.kill()
            await worker.wait()
        assert not town.has_thread()
        async with town.worker():
            await eventually(town.has_thread)
    assert len(town.slack.parents(CHANNEL)) == 1


async def taken(town: Town, sent: WebhookRequest) -> None:
    """Deliver it as a sender does, which tries again when a busy machine says 503."""

    async def is_taken() -> bool:
        status = await town.deliver(sent)
        assert status in {202, 503}
        return status == 202

    await eventually(is_taken)


async def test_the_same_delivery_a_hundred_times_is_one_look_and_one_thread(
    town: Town, registry: FakeRegistry, samples: Path
) -> None:
    image = Reference(registry.host, "demo/app", "1.0")
    sent = request(town.source, image, registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0"))
    async with town.web(), town.worker(), town.worker():
        await eventually(town.is_ready)
        await asyncio.gather(*(taken(town, sent) for _ in range(100)))
        await eventually(town.has_thread)
        await asyncio.gather(*(taken(town, sent) for _ in range(100)))
        await asyncio.sleep(3)
    assert registry.count("GET", "/manifests/1.0") == 1
    assert len(town.slack.parents(CHANNEL)) == 1


async def test_one_process_does_both_and_ends_when_it_is_told(
    town: Town, registry: FakeRegistry, samples: Path
) -> None:
    digest = registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
    async with town.running("serve", "--with-worker") as process:
        await eventually(town.is_ready)
        assert await town.push(Reference(registry.host, "demo/app", "1.0"), digest) == 202
        await eventually(town.has_thread)
        os.kill(process.pid, signal.SIGTERM)
        assert await process.wait() == 0
    (log,) = (town.folder / "data").glob("engine.log")
    assert "bye bye" in log.read_text()  # the engine was ended, not killed


async def test_a_port_that_is_taken_is_a_sentence_and_not_a_trace(town: Town) -> None:
    async with town.web():
        await eventually(town.is_alive)
        async with town.running("serve", "--with-worker") as second:
            assert await second.wait() == 2
        assert f"127.0.0.1:{town.port} is in use by another program; set PORT" in town.said()
        assert "Traceback" not in town.said()


async def test_ready_is_who_has_a_worker(town: Town) -> None:
    async with town.web():
        await eventually(town.is_alive)
        status, facts = await town.get("/readyz")
        assert (status, facts["ready"]) == (503, False)
        assert "start `provenance work`" in facts["why"]
        async with town.worker() as worker:
            await eventually(town.is_ready)
            worker.kill()
            await worker.wait()
        await eventually(lambda: is_not_ready(town))


async def is_not_ready(town: Town) -> bool:
    return not await town.is_ready()
