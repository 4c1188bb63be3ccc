"""Spans as OpenTelemetry's SDK makes them, sent to a collector over HTTP. Needs the extra `otel`.

https://opentelemetry.io/docs/specs/otlp/#otlphttp

The provider is our own and not the process's: libraries that make spans, too, as the queue does, do not fill the trace.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bot.request_ids import current
from bot.tracing import Attribute, SpanKind
from bot.version import own_version

TEXT_MAX: Final = 500
"""Characters of an attribute: names of images and paths are shorter."""

_KINDS: Final = {
    SpanKind.SERVER: trace.SpanKind.SERVER,
    SpanKind.CLIENT: trace.SpanKind.CLIENT,
    SpanKind.CONSUMER: trace.SpanKind.CONSUMER,
    SpanKind.INTERNAL: trace.SpanKind.INTERNAL,
}


_TRACE_CONTEXT: Final = TraceContextTextMapPropagator()


class OpenSpan:
    """A span of the SDK."""

    __slots__ = ("_span",)

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def set(self, name: str, value: Attribute) -> None:
        """See SpanAttributes."""
        self._span.set_attribute(name, _bounded(value))

    def fail(self, why: str) -> None:
        """See SpanAttributes."""
        self._span.set_status(trace.StatusCode.ERROR, why[:TEXT_MAX])


class OtelTracer:
    """A `Tracer` of one process, which is `role`: web, worker, or both in one."""

    def __init__(self, processor: SpanProcessor, role: str) -> None:
        resource = Resource.create(
            {
                "service.name": "provenance-bot",
                "service.version": own_version(),
                "provenance.role": role,
            }
        )
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("provenance-bot", own_version())

    @contextmanager
    def span(
        self, name: str, kind: SpanKind, parent: Context | None, attributes: dict[str, Attribute]
    ) -> Iterator[OpenSpan]:
        """See Tracer."""
        told = {key: _bounded(value) for key, value in attributes.items()} | {"provenance.request_id": current()}
        # The text of an exception may quote what a stranger wrote; its kind is enough, the log has the rest.
        with self._tracer.start_as_current_span(
            name, parent, _KINDS[kind], told, record_exception=False, set_status_on_exception=False
        ) as made:
            try:
                yield OpenSpan(made)
            except Exception as error:
                made.set_status(trace.StatusCode.ERROR, type(error).__name__)
                raise

    def current(self) -> str:
        """See Tracer."""
        carrier: dict[str, str] = {}
        _TRACE_CONTEXT.inject(carrier)
        return carrier.get("traceparent", "")

    def parent(self, traceparent: str) -> Context:
        """See Tracer."""
        return _TRACE_CONTEXT.extract({"traceparent": traceparent})

    def close(self) -> None:
        """Send what has not been sent."""
        self._provider.shutdown()


def exporting(address: str, role: str) -> OtelTracer:
    """One that sends to the collector at that address, e.g. http://127.0.0.1:4318.

    Headers, time-outs and certificates are as OTEL_EXPORTER_OTLP_… say.
    """
    return OtelTracer(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{address}/v1/traces")), role)


def _bounded(value: Attribute) -> Attribute:
    return value[:TEXT_MAX] if isinstance(value, str) else value
