"""A job goes on with what a door has begun: the same request id in all that is logged and told, and the same trace."""

from collections.abc import Iterator
from contextlib import contextmanager

from docket.execution import Execution

from bot import request_ids
from bot.tracing import SpanKind, span


@contextmanager
def resumed(request_id: str, execution: Execution) -> Iterator[None]:
    """What is done inside belongs to that request."""
    with (
        request_ids.bound(request_id),
        span(
            execution.function_name, SpanKind.CONSUMER, execution.trace_context, provenance__attempt=execution.attempt
        ),
    ):
        yield
