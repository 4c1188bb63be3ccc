"""The webhooks' door alone, on a real server, with senders that sign as the real ones do."""

import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.settings import Settings, WebhookSource
from handlers.webhooks import mount
from handlers.webhooks.delivery import WEBHOOK_BODY_MAX
from tests.fake_queue import FakeDigests, FakeQueue

SECRET = "s3cret-of-a-test-" + "x" * 32
MINIATURES = Path(__file__).parent.parent / "fixtures" / "webhooks"
SOURCES = (
    WebhookSource(id="quay", kind="quay", secret=SECRET, hosts=("quay.io",)),
    WebhookSource(id="hub", kind="dockerhub", secret=SECRET, hosts=("docker.io",)),
    WebhookSource(id="github", kind="github", secret=SECRET, hosts=("ghcr.io",)),
    WebhookSource(
        id="own", kind="distribution", secret=SECRET, hosts=("registry.example:5000", "registry.example.com")
    ),
)
ID_OF = {"quay": "quay", "dockerhub": "hub", "github": "github", "distribution": "own"}


@dataclass(slots=True)
class Bot:
    """The door, and what lies behind it."""

    client: "TestClient[web.Request, web.Application]"
    queue: FakeQueue
    digests: FakeDigests
    answers: list[int] = field(default_factory=list)

    async def deliver(
        self,
        kind: str,
        body: Any,  # noqa: ANN401 - a body may be anything
        headers: dict[str, str] | None = None,
        secret: str = SECRET,
    ) -> tuple[int, dict[str, Any]]:
        """Sign and send as a sender of that kind does; status and answer."""
        raw = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
        sent = dict(headers or {})
        path = f"/webhooks/{ID_OF[kind]}"
        if kind in ("quay", "dockerhub"):
            path += f"/{secret}"
        elif kind == "github":
            sent["X-Hub-Signature-256"] = "sha256=" + hmac.new(secret.encode(), raw, "sha256").hexdigest()
        else:
            sent["Authorization"] = f"Bearer {secret}"
        return await self.post(path, raw, sent)

    async def post(self, path: str, raw: bytes, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        async with self.client.post(path, data=raw, headers=headers or {}) as response:
            return response.status, await response.json()


def miniature(name: str) -> tuple[dict[str, str], Any]:
    """Headers and body of one of our own examples."""
    document = json.loads((MINIATURES / f"{name}.json").read_text())
    return document["headers"], document["body"]


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    queue = FakeQueue()
    digests = FakeDigests(queue)
    settings = Settings(webhooks=SOURCES, watch=("*/acme/*", "*/microcks/*", "*/demo/*"), settle=30.0)
    app = web.Application(client_max_size=WEBHOOK_BODY_MAX)
    mount(app, settings, queue, digests, digests, digests)
    async with TestClient(TestServer(app)) as client:
        yield Bot(client, queue, digests)
