"""`provenance serve` and `provenance work` as an operator starts them, with no REDIS_URL, in processes of their own."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from aiohttp import ClientConnectionError, ClientSession

from bot.demo.senders import request
from bot.oci.reference import Reference
from bot.settings import WebhookSource
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack
from tests.real_parts import free_port
from tests.registry_faults import Hang
from tests.waiting import eventually

pytestmark = pytest.mark.slow

CHANNEL: Final = "C0RELEASES"


@dataclass(slots=True)
class Town:
    """A registry, a Slack, and the environment in which the bot is started."""

    registry: FakeRegistry
    slack: FakeSlack
    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def source(self) -> WebhookSource:
        hosts = [self.registry.host]
        return WebhookSource.model_validate({"id": "own", "kind": "distribution", "secret": "s" * 40, "hosts": hosts})

    def environment(self) -> dict[str, str]:
        source = self.source.model_dump(mode="json") | {"secret": self.source.secret.get_secret_value()}
        return {
            "PATH": "/usr/bin:/bin",
            "PORT": str(self.port),
            "PROVENANCE_DATA": str(self.folder / "data"),
            "PROVENANCE_SETTLE": "0.5",
            "PROVENANCE_WEBHOOKS": json.dumps([source]),
            "PROVENANCE_WATCH": json.dumps([f"{self.registry.host}/demo/*"]),
            "PROVENANCE_PRIVATE_HOSTS": json.dumps([self.registry.host]),
            "PROVENANCE_INSECURE_HOSTS": json.dumps([self.registry.host]),
            "SLACK_BOT_TOKEN": self.slack.space.token,
            "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
            "SLACK_CHANNEL": CHANNEL,
            "PROVENANCE_SLACK_API_URL": self.slack.api,
        }

    @asynccontextmanager
    async def running(self, *words: str) -> AsyncIterator[Process]:
        """`provenance` with those words; killed at the end, if it has not ended."""
        command = [sys.executable, "-m", "bot", *words]
        process = await asyncio.create_subprocess_exec(*command, env=self.environment(), stdin=DEVNULL)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def push(self, image: Reference, digest: str) -> int:
        """The registry announces the image; the status of the bot's answer."""
        sent = request(self.source, image, digest)
        async with (
            ClientSession() as session,
            session.post(f"http://127.0.0.1:{self.port}{sent.path}", data=sent.body, headers=sent.headers) as answer,
        ):
            return answer.status

    async def is_ready(self) -> bool:
        try:
            async with ClientSession() as session, session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                return answer.status == 200
        except ClientConnectionError:
            return False

    def has_thread(self) -> bool:
        return bool(self.slack.parents(CHANNEL))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with FakeRegistry() as registry, FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        yield Town(registry, slack, tmp_path)


async def test_killed_after_the_answer_the_web_process_loses_nothing(town: Town, samples: Path) -> None:
    digest = town.registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="1.0")
    image = Reference(town.registry.host, "demo/app", "1.0")
    async with town.running("serve") as web:
        await eventually(town.is_ready)
        assert await town.push(image, digest) == 202
        web.kill()
        await web.wait()
    async with town.running("work"):
        await eventually(town.has_thread)
        await asyncio.sleep(1)
    assert len(town.slack.parents(CHANNEL)) == 1


async def test_killed_while_the_registry_hangs_the_worker_loses_nothing(town: Town, samples: Path) -> None:
    digest = town.registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
    town.registry.fault("/manifests/", Hang(), times=1)
    image = Reference(town.registry.host, "demo/app", "1.0")
    async with town.running("serve"):
        await eventually(town.is_ready)
        async with town.running("work") as worker:
            assert await town.push(image, digest) == 202
            await eventually(lambda: bool(town.registry.count("GET", "/manifests/")))
            worker.kill()
            await worker.wait()
        assert not town.has_thread()
        async with town.running("work"):
            await eventually(town.has_thread)
    assert len(town.slack.parents(CHANNEL)) == 1


async def test_one_process_does_both_and_ends_when_it_is_told(town: Town, samples: Path) -> None:
    digest = town.registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
    async with town.running("serve", "--with-worker") as process:
        await eventually(town.is_ready)
        assert await town.push(Reference(town.registry.host, "demo/app", "1.0"), digest) == 202
        await eventually(town.has_thread)
        os.kill(process.pid, signal.SIGTERM)
        assert await process.wait() == 0
    (log,) = (town.folder / "data").glob("engine.log")
    assert "bye bye" in log.read_text()  # the engine was ended, not killed


async def test_a_port_that_is_taken_is_a_sentence_and_not_a_trace(town: Town) -> None:
    async with town.running("serve"):
        await eventually(town.is_ready)
        async with town.running("serve", "--with-worker") as second:
            assert await second.wait() == 2
