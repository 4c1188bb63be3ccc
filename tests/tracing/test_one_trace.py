"""A push, its check, what was asked of the registry and the posts are one trace, and have one request id."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import capture_logs

from bot.settings import Settings
from bot.settings_values import WebhookSource
from bot.store import Store
from bot.store.reports import Reports
from bot.tracing import use
from bot.tracing.otel import OtelTracer
from handlers.request_ids import HEADER
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack
from tests.real_parts import free_port
from tests.real_redis import RedisServer
from tests.waiting import eventually
from tests.whole_bot import running_bot

CHANNEL = "C0RELEASES"
SECRET = "s3cret-of-a-test-" + "x" * 32
IMAGE = "quay.io/demo/app:1.0"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracer = OtelTracer(SimpleSpanProcessor(exporter), "test")
    use(tracer)
    yield exporter
    use(None)
    tracer.close()


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        yield slack


def _settings(server: RedisServer, slack: FakeSlack, registry: FakeRegistry, settle: float) -> Settings:
    source = {"id": "quay", "kind": "quay", "secret": SECRET, "hosts": ["quay.io"]}
    return server.settings(
        port=free_port(),
        webhooks=(WebhookSource.model_validate(source),),
        watch=("quay.io/demo/*",),
        mirrors={"quay.io": registry.host},
        private_hosts=(registry.host,),
        insecure_hosts=(registry.host,),
        github_api="",
        settle=settle,
        slack_bot_token=slack.space.token,
        slack_signing_secret=slack.space.secret,
        slack_api_url=slack.api,
        slack_channel=CHANNEL,
    )


async def _pushed(settings: Settings) -> str:
    """A delivery as Quay sends it; the id that the answer has."""
    body = {"name": "app", "repository": "demo/app", "namespace": "demo", "docker_url": "quay.io/demo/app"}
    url = f"http://127.0.0.1:{settings.port}/webhooks/quay/{SECRET}"
    async with aiohttp.ClientSession() as session, session.post(url, json={**body, "updated_tags": ["1.0"]}) as answer:
        assert answer.status == 202, await answer.text()
        return answer.headers[HEADER]


@pytest.mark.parametrize("settle", [0.0, 0.3])
async def test_from_the_delivery_to_the_thread(  # noqa: PLR0913, PLR0917 - fixtures
    empty_store: RedisServer, store: Store, slack: FakeSlack, spans: InMemorySpanExporter, samples: Path, settle: float
) -> None:
    """A job that waits until the push has settled goes another way through docket, which loses its trace."""
    async with FakeRegistry() as registry:
        registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
        settings = _settings(empty_store, slack, registry, settle)
        with capture_logs() as logs:
            async with running_bot(settings, store):
                id_ = await _pushed(settings)
                await eventually(lambda: bool(slack.parents(CHANNEL)))
                await eventually(lambda: any(line["event"] == "posted" for line in logs))
        latest = await Reports(store).latest(IMAGE)
    assert latest is not None
    assert latest.report.request_id == id_

    use(None)
    door = next(span for span in _all(spans) if span.name.startswith("POST /webhooks/"))
    trace = [span for span in _all(spans) if span.context.trace_id == door.context.trace_id]
    names = {span.name for span in trace}
    assert {"check_image", "registry GET", "post_report", "slack chat.postMessage"} <= names
    assert {span.attributes["provenance.request_id"] for span in trace if span.attributes} == {id_}
    assert _ancestors("slack chat.postMessage", trace)[-3:] == ["post_report", "check_image", door.name]
    assert _ancestors("registry GET", trace)[-2:] == ["check_image", door.name]
    assert SECRET not in json.dumps([json.loads(span.to_json()) for span in _all(spans)])


def _all(spans: InMemorySpanExporter) -> list[ReadableSpan]:
    return list(spans.get_finished_spans())


def _ancestors(name: str, trace: list[ReadableSpan]) -> list[str]:
    """The names of the spans around the first one of that name, from the inside out."""
    by_id = {span.context.span_id: span for span in trace}
    span, found = next(one for one in trace if one.name == name), []
    while span.parent is not None and span.parent.span_id in by_id:
        span = by_id[span.parent.span_id]
        found.append(span.name)
    return found
