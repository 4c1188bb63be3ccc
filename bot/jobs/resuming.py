"""A job goes on with what a door has begun: the same request id in all that is logged and told, and the same trace."""

from collections.abc import Iterator
from contextlib import contextmanager

from docket.execution import Execution

from bot import request_ids
from bot.tracing import SpanKind, parent_of, span


@contextmanager
def resumed(request_id: str, execution: Execution, traceparent: str = "") -> Iterator[None]:
    """What is done inside belongs to that request.

    Docket brings the trace of a job that was due at once, and loses that of one that waited: then the job tells it.
    """
    parent = execution.trace_context or parent_of(traceparent)
    with (
        request_ids.bound(request_id),
        span(execution.function_name, SpanKind.CONSUMER, parent, provenance__attempt=execution.attempt),
    ):
        yield
