"""Without a collector nothing is traced, and nothing of OpenTelemetry is imported for it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.errors import SettingsError
from bot.intake.job import CheckJob
from bot.tracing import span, use
from bot.tracing.otel import TEXT_MAX, OtelTracer
from bot.tracing.running import tracing

GOOD = f"00-{'a' * 32}-{'b' * 16}-01"
IMPORTS = "import bot.oci.client, bot.tracing.running, sys; sys.exit('opentelemetry' in sys.modules)"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    use(OtelTracer(SimpleSpanProcessor(exporter), "test"))
    yield exporter
    use(None)


def test_a_check_in_the_terminal_imports_nothing_of_it() -> None:
    assert subprocess.run([sys.executable, "-c", IMPORTS], check=False).returncode == 0  # noqa: S603 - our own code


async def test_without_an_address_it_stays_off() -> None:
    async with tracing("", "web"):
        with span("one") as one, span("other") as other:
            one.set("a", 1)
            one.fail("no")
        assert one is other, "the same nothing"


async def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    monkeypatch.delitem(sys.modules, "bot.tracing.otel")
    with pytest.raises(SettingsError, match=r"install provenance-bot\[otel\]"):
        async with tracing("http://127.0.0.1:4318", "web"):
            raise AssertionError("not reached")


def test_an_exception_leaves_its_kind_and_not_its_text(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="private"), span("one", about="x" * 10_000):
        raise ValueError("private words")
    (made,) = spans.get_finished_spans()
    assert "private" not in made.to_json()
    assert made.status.description == "ValueError"
    assert made.attributes is not None
    assert len(str(made.attributes["about"])) == TEXT_MAX


@pytest.mark.parametrize(
    "trace", [f"{GOOD}\n", f"{GOOD}-more", f"x{GOOD}", GOOD.upper(), "01" + GOOD[2:], "", "\ud800", 5, None]
)
def test_what_is_not_a_span_does_not_travel_with_a_job(trace: object) -> None:
    """It comes out of the store, and goes to the collector."""
    assert CheckJob.model_validate({"image": "quay.io/acme/app:1", "origin": "page", "trace": trace}).trace == ""


def test_a_span_does() -> None:
    assert CheckJob(image="quay.io/acme/app:1", origin="page", trace=GOOD).trace == GOOD
