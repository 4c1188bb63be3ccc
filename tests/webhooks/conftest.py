"""The webhooks' door alone, on a real server, with senders that prove themselves as the real ones do.

Each fixture in tests/fixtures/webhooks is a delivery, the source that it comes from, and what must come of it. Images
called acme/… are watched. A new sender needs one fixture, named after its kind, and is in all tests of this folder.
"""

import base64
import hmac
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from msgspec import Struct, field

from bot.settings import Settings
from bot.settings_values import WebhookSource
from handlers.webhooks import RECEIVERS, WEBHOOK_BODY_MAX, mount
from handlers.webhooks.google_token import GoogleToken
from handlers.webhooks.proof import AnyOf, OriginProof, SecretInHeader, SecretInPath, SignedBody
from tests.fake_google import FakeGoogle, running_google, token
from tests.fake_queue import FakeDigests, FakeQueue

SECRET = "s3cret-of-a-test-" + "x" * 32
WRONG = "w" * 43
MINIATURES = Path(__file__).parent.parent / "fixtures" / "webhooks"
KINDS = tuple(RECEIVERS)
each_kind = pytest.mark.parametrize("kind", KINDS)

GARBAGE = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"events":' + b"9" * 5000 + b"}",
    b'{"action":NaN}',
    b'{"action":"\\ud800"}',
)


class Miniature(Struct, frozen=True):
    """A delivery as its sender sends it; `expect` has `images`, and may have `reason`, `status`, `digest_hint`."""

    name: str
    source: dict[str, Any]
    expect: dict[str, Any]
    headers: dict[str, str]
    body: Any

    @property
    def kind(self) -> str:
        return self.name.partition(".")[0]


def load(name: str) -> Miniature:
    return Miniature(name, **json.loads((MINIATURES / f"{name}.json").read_text()))


EVERY = {path.stem: load(path.stem) for path in sorted(MINIATURES.glob("*.json"))}
PUSH = {one.kind: one for one in reversed(EVERY.values()) if one.expect["images"] and "reason" not in one.expect}
"""For each kind a delivery that announces something."""


def source_of(kind: str, /, **changes: Any) -> WebhookSource:  # noqa: ANN401 - any key of a source
    """A source of that kind as its fixtures have it, with the tests' secret."""
    secret = {"secret": SECRET} if "secret" in RECEIVERS[kind].needs else {}
    return WebhookSource.model_validate({"id": kind, "kind": kind, **secret, **PUSH[kind].source, **changes})


SOURCES = tuple(source_of(kind) for kind in KINDS)


class Bot(Struct):
    """The door, and what lies behind it."""

    client: "TestClient[web.Request, web.Application]"
    queue: FakeQueue
    digests: FakeDigests
    google: FakeGoogle = field(default_factory=FakeGoogle)

    async def deliver(
        self,
        kind: str,
        body: Any,  # noqa: ANN401 - a body may be anything
        headers: dict[str, str] | None = None,
        secret: str = SECRET,
    ) -> tuple[int, dict[str, Any]]:
        """Sign and send as a sender of that kind does; status and answer."""
        raw = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
        path, proof = proven(kind, raw, secret)
        return await self.post(f"/webhooks/{kind}{path}", raw, {**(headers or {}), **proof})

    async def send(self, one: Miniature, secret: str = SECRET) -> tuple[int, dict[str, Any]]:
        return await self.deliver(one.kind, one.body, one.headers, secret)

    async def post(self, path: str, raw: bytes, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        async with self.client.post(path, data=io.BytesIO(raw), headers=headers or {}) as response:
            return response.status, await response.json()


def proven(kind: str, raw: bytes, secret: str) -> tuple[str, dict[str, str]]:
    """What a sender that knows the secret adds to the path, and to the headers."""
    return _proven(RECEIVERS[kind].proof, source_of(kind), raw, secret)


def _proven(proof: OriginProof, source: WebhookSource, raw: bytes, secret: str) -> tuple[str, dict[str, str]]:
    match proof:
        case SecretInPath():
            return f"/{secret}", {}
        case SecretInHeader(name=name):
            return "", {name: secret}
        case SignedBody(name=name, algorithm=algorithm, prefix=prefix):
            return "", {name: prefix + hmac.new(secret.encode(), raw, algorithm).hexdigest()}
        case GoogleToken():
            account = source.account if secret == SECRET else "another@evil.iam.gserviceaccount.com"
            return "", {"Authorization": f"Bearer {token(account, source.audience)}"}
        case AnyOf(proofs=proofs):
            return _proven(proofs[0], source, raw, secret)
        case _:
            raise AssertionError(proof)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture
async def google() -> AsyncIterator[FakeGoogle]:
    async with running_google() as running:
        yield running


@pytest.fixture
async def bot(google: FakeGoogle) -> AsyncIterator[Bot]:
    async with opened(google) as bot:
        yield bot


@asynccontextmanager
async def opened(google: FakeGoogle, *, body_time: float = 10.0) -> AsyncIterator[Bot]:
    """The door, with so many seconds for a body."""
    queue = FakeQueue()
    digests = FakeDigests(queue)
    watch = ("*/acme/*", "*/*/acme/*", "*/acme/*/*", "*/microcks/*", "*/demo/*")
    settings = Settings(webhooks=SOURCES, watch=watch, settle=30.0, google_keys_url=google.url)
    app = web.Application(client_max_size=WEBHOOK_BODY_MAX)
    mount(app, settings, queue, digests, digests, polls=digests, body_time=body_time)
    async with TestClient(TestServer(app)) as client:
        yield Bot(client, queue, digests, google)
