"""The web process as a whole: its headers, its health, its log, its start and its end."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import SettingsError
from bot.jobs.queue import open_queue
from bot.settings import Settings
from bot.settings_values import WebhookSource
from bot.store import Store, open_store
from bot.store.engine.binary import find_binary
from handlers.__main__ import serve
from handlers.access_log import redacted
from handlers.app import Services, build
from handlers.connection_limits import Limits
from tests.real_parts import free_port
from tests.real_redis import RedisServer, running_server
from tests.waiting import PATIENCE

SECRET = "s3cret-of-a-test-" + "x" * 32
QUAY = WebhookSource.model_validate({"id": "quay", "kind": "quay", "secret": SECRET, "hosts": ["quay.io"]})


@pytest.fixture
async def client(store: Store) -> AsyncIterator["TestClient[web.Request, web.Application]"]:
    settings = Settings(webhooks=(QUAY,), watch=("quay.io/acme/*",))
    async with open_queue(store, settings) as queue:
        server = TestServer(build(settings, Services(store, queue)))
        async with TestClient(server) as client:
            yield client


@pytest.mark.parametrize("path", ["/", "/rules", "/nothing", "/healthz", "/webhooks/x", "/reports/quay.io/a/b:1.json"])
async def test_every_answer_carries_the_headers_of_safety(
    client: "TestClient[web.Request, web.Application]", path: str
) -> None:
    async with client.get(path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "Server" not in response.headers


async def test_assets_are_ours_and_kept(client: "TestClient[web.Request, web.Application]") -> None:
    async with client.get("/") as response:
        paths = re.findall(r'"(/assets/[^"]+)"', await response.text())
    assert len(paths) >= 3
    for path in paths:
        async with client.get(path) as response:
            assert response.status == 200
            assert "immutable" in response.headers["Cache-Control"]
    async with client.get("/assets/x/..%2f..%2fapp.py") as response:
        assert response.status == 404


async def test_a_delivery_becomes_a_job_in_the_store(client: "TestClient[web.Request, web.Application]") -> None:
    body = {"repository": "acme/shop", "docker_url": "quay.io/acme/shop", "updated_tags": ["2.1.0", "latest"]}
    async with client.post(f"/webhooks/quay/{SECRET}", json=body) as response:
        assert (response.status, await response.json()) == (202, {"accepted": 2})
    async with client.get("/readyz") as response:
        assert response.status == 503
        facts = await response.json()
    assert (facts["ready"], facts["later"]) == (False, 2)
    assert facts["why"].startswith("no worker runs")


async def test_without_the_store_it_is_alive_but_not_ready() -> None:
    with tempfile.TemporaryDirectory(prefix="gone-") as folder:
        socket = Path(folder) / "s"
        flags = ("--port", "0", "--unixsocket", str(socket), "--save", "")
        server = RedisServer(str(find_binary()), Path(folder), f"unix://{socket}", flags)
        with running_server(server):
            settings = server.settings(webhooks=(QUAY,), watch=("quay.io/acme/*",))
            async with open_store(settings) as store, open_queue(store, settings) as queue:
                app = build(settings, Services(store, queue))
                async with TestClient(TestServer(app)) as client:
                    server.kill()
                    await _without_store(client)


async def _without_store(client: "TestClient[web.Request, web.Application]") -> None:
    async with client.get("/healthz") as response:
        assert response.status == 200
    async with client.get("/readyz") as response:
        assert (response.status, (await response.json())["ready"]) == (503, False)
    async with client.get("/") as response:
        assert response.status == 503
        assert "Store unavailable" in await response.text()
    body = {"repository": "acme/shop", "docker_url": "quay.io/acme/shop", "updated_tags": ["2.1.0"]}
    async with client.post(f"/webhooks/quay/{SECRET}", json=body) as response:
        assert (response.status, await response.json()) == (202, {"accepted": 0, "reason": "store unavailable"})


@pytest.mark.parametrize("path", ["/webhooks/quay", f"/webhooks/quay/{SECRET}", "/check"])
async def test_a_body_that_is_not_encoded_as_it_says_is_not_our_error(
    client: "TestClient[web.Request, web.Application]", path: str
) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}
    async with client.post(path, data=b"no gzip", headers=headers) as response:
        assert response.status == 400


def test_the_log_holds_no_secret() -> None:
    assert redacted(f"/webhooks/quay/{SECRET}") == "/webhooks/quay/[secret]"
    assert redacted(f"/webhooks/quay/{SECRET}/more\nlines") == "/webhooks/quay/[secret]"
    assert SECRET not in redacted(f"/webhooks//quay/{SECRET}")
    assert SECRET not in redacted(f"/webhooks/{'x' * 64}/{SECRET}")
    assert SECRET not in redacted(f"/Webhooks/quay/{SECRET}")
    assert redacted("/webhooks/github") == "/webhooks/github"
    assert len(redacted("/" + "x" * 9000)) == 512


async def test_requests_are_logged_without_secrets_queries_and_health_checks(store: Store) -> None:
    settings = Settings(webhooks=(QUAY,), watch=("quay.io/acme/*",), port=free_port(), host="127.0.0.1")
    stop, started = asyncio.Event(), asyncio.Event()
    base = f"http://127.0.0.1:{settings.port}"
    with structlog.testing.capture_logs() as logs:
        task = asyncio.create_task(serve(settings, store, stop, started))
        await asyncio.wait_for(started.wait(), PATIENCE)
        async with ClientSession() as session:
            for path in (f"/webhooks/quay/{SECRET}", "/rules?token=hush-hush", "/healthz"):
                async with session.post(base + path) if "webhooks" in path else session.get(base + path) as response:
                    await response.read()
        stop.set()
        await task
    lines: list[MutableMapping[str, Any]] = [line for line in logs if line["event"] == "request"]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("POST", "/webhooks/quay/[secret]", 202),
        ("GET", "/rules", 200),
    ]
    assert SECRET not in str(logs)
    assert "hush-hush" not in str(logs)


@pytest.mark.parametrize("said", [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n"])
async def test_a_connection_on_which_nothing_is_asked_is_closed(store: Store, said: bytes) -> None:
    settings = Settings(port=free_port())
    stop, started = asyncio.Event(), asyncio.Event()
    limits = Limits(head=0.3, idle=0.3)
    task = asyncio.create_task(serve(settings, store, stop, started, limits))
    await asyncio.wait_for(started.wait(), PATIENCE)
    reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
    writer.write(said)
    assert (b"200 OK" in await asyncio.wait_for(reader.read(), PATIENCE)) == said.endswith(b"\r\n")
    writer.close()
    stop.set()
    await task


async def test_a_port_that_is_taken_is_said_so(store: Store) -> None:
    settings = Settings(port=free_port())
    stop, started = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(serve(settings, store, stop, started))
    await asyncio.wait_for(started.wait(), PATIENCE)
    with pytest.raises(SettingsError, match=f"{settings.port} is in use by another program; set PORT"):
        await serve(settings, store, asyncio.Event())
    stop.set()
    await first


async def test_a_source_without_a_secret_stops_the_start(store: Store) -> None:
    weak = QUAY.model_copy(update={"secret": type(QUAY.secret)("")})
    with pytest.raises(SettingsError, match="at least 32"):
        await serve(Settings(webhooks=(weak,), port=free_port()), store, asyncio.Event())


async def test_deliveries_that_could_never_lead_to_a_check_stop_the_start(store: Store) -> None:
    with pytest.raises(SettingsError, match="PROVENANCE_WATCH: is empty"):
        await serve(Settings(webhooks=(QUAY,), port=free_port()), store, asyncio.Event())
