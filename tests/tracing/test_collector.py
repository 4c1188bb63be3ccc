"""A collector that reads OTLP as it is sent: web and worker are two processes, and one delivery is one trace."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec import Struct, field
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.fake_registry import FakeRegistry
from tests.real_parts import free_port
from tests.waiting import eventually

SECRET = "s" * 40


class Collector(Struct):
    """Keeps the spans by the role of the process that sent them."""

    spans: dict[str, list[Span]] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.Response:
        assert request.content_type == "application/x-protobuf"
        for resource in ExportTraceServiceRequest.FromString(await request.read()).resource_spans:
            told = {one.key: one.value.string_value for one in resource.resource.attributes}
            assert told["service.name"] == "provenance-bot"
            for scope in resource.scope_spans:
                self.spans.setdefault(told["provenance.role"], []).extend(scope.spans)
        return web.Response(body=b"", content_type="application/x-protobuf")

    def named(self, role: str, name: str) -> Span | None:
        return next((span for span in self.spans.get(role, ()) if span.name == name), None)


@asynccontextmanager
async def collecting() -> AsyncIterator[tuple[Collector, str]]:
    collector, app = Collector(), web.Application(client_max_size=10_000_000)
    app.router.add_post("/v1/traces", collector.take)
    async with TestServer(app) as server:
        yield collector, f"http://127.0.0.1:{server.port}"


@asynccontextmanager
async def process(role: str, environment: dict[str, str]) -> AsyncIterator[None]:
    """Ends in order, so that it sends what it has."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", role, env=environment)
    try:
        yield
    finally:
        child.terminate()
        await child.wait()


@pytest.mark.long
async def test_one_delivery_is_one_trace_through_two_processes(tmp_path: Path, samples: Path) -> None:
    async with AsyncExitStack() as stack:
        registry = await stack.enter_async_context(FakeRegistry())
        registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
        collector, address = await stack.enter_async_context(collecting())
        port = free_port()
        source = {"id": "quay", "kind": "quay", "secret": SECRET, "hosts": ["quay.io"]}
        environment = {
            "PATH": os.defpath,
            "PORT": str(port),
            "PROVENANCE_DATA": str(tmp_path / "data"),
            "PROVENANCE_TRACES": address,
            "PROVENANCE_WEBHOOKS": json.dumps([source]),
            "PROVENANCE_WATCH": '["quay.io/demo/*"]',
            "PROVENANCE_SETTLE": "0.5",
            "PROVENANCE_GITHUB_API": "",
            "PROVENANCE_MIRRORS": json.dumps({"quay.io": registry.host}),
            "PROVENANCE_PRIVATE_HOSTS": json.dumps([registry.host]),
            "PROVENANCE_INSECURE_HOSTS": json.dumps([registry.host]),
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        await stack.enter_async_context(process("serve", environment))
        await stack.enter_async_context(process("work", environment))
        route = "POST /webhooks/{id}/{secret}"
        await _push(f"http://127.0.0.1:{port}/webhooks/quay/{SECRET}")
        await eventually(lambda: collector.named("web", route) is not None)
        await eventually(lambda: collector.named("worker", "check_image") is not None)
        door, check = collector.named("web", route), collector.named("worker", "check_image")
    assert door is not None
    assert check is not None
    assert (check.trace_id, check.parent_span_id) == (door.trace_id, door.span_id)
    assert "registry GET" in {span.name for span in collector.spans["worker"] if span.trace_id == door.trace_id}
    assert SECRET not in str(collector.spans)


async def _push(url: str) -> None:
    body = {"name": "app", "repository": "demo/app", "namespace": "demo", "docker_url": "quay.io/demo/app"}
    async with aiohttp.ClientSession() as session:
        for _ in range(600):
            try:
                async with session.post(url, json={**body, "updated_tags": ["1.0"]}) as answer:
                    assert answer.status == 202, await answer.text()
                    return
            except aiohttp.ClientConnectionError:  # it starts
                await asyncio.sleep(0.1)
    raise AssertionError("the web process does not start")
