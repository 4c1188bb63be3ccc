"""Spans of what is done, for a collector of OpenTelemetry. Off unless PROVENANCE_TRACES names one.

While it is off, nothing of OpenTelemetry's SDK is imported, and a span costs one look at a variable. A trace begins at
a door, goes through the queue with the job, and ends with the message in Slack.
"""

import re
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Annotated, Any, Final, Protocol, TypeAlias

from pydantic import BeforeValidator

Attribute = str | int | float | bool


class SpanKind(StrEnum):
    """Which side of an exchange a span is."""

    SERVER = "server"
    CLIENT = "client"
    CONSUMER = "consumer"
    INTERNAL = "internal"


class SpanAttributes(Protocol):
    """A span that is open."""

    def set(self, name: str, value: Attribute) -> None:
        """Add an attribute."""

    def fail(self, why: str) -> None:
        """What it is about did not work."""


class Tracer(Protocol):
    """Opens spans."""

    def span(
        self,
        name: str,
        kind: SpanKind,
        parent: Any,  # noqa: ANN401 - OpenTelemetry's Context, which is not imported here
        attributes: dict[str, Attribute],
    ) -> AbstractContextManager[SpanAttributes]:
        """A span for as long as the block runs. An exception that leaves the block is noted in it."""

    def current(self) -> str:
        """The span that is open, as a W3C traceparent; "" if none is."""

    def parent(self, traceparent: str) -> Any:  # noqa: ANN401 - as above
        """What `span` takes for a span that is named so."""


class _NoSpan:
    __slots__ = ()

    def set(self, name: str, value: Attribute) -> None:
        """Nobody looks."""

    def fail(self, why: str) -> None:
        """Nobody looks."""


_TRACEPARENT: Final = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)


def _is_traceparent(value: object) -> bool:
    return isinstance(value, str) and _TRACEPARENT.fullmatch(value) is not None


_OFF: Final[AbstractContextManager[SpanAttributes]] = nullcontext(_NoSpan())
_tracer: Tracer | None = None


def use(tracer: Tracer | None) -> None:
    """From now on, spans go to that tracer; None switches them off."""
    global _tracer  # noqa: PLW0603 - one for the process, as the logs are
    _tracer = tracer


TraceParent: TypeAlias = Annotated[str, BeforeValidator(lambda value: value if _is_traceparent(value) else "")]
"""A span that is open elsewhere, in documents that travel: https://www.w3.org/TR/trace-context/#traceparent-header"""


def current() -> str:
    """The span that is open now, for a job that goes on with it; "" if there is none."""
    return "" if _tracer is None else _tracer.current()


def parent_of(traceparent: str) -> Any:  # noqa: ANN401 - as above
    """The `parent` of `span`."""
    return _tracer.parent(traceparent) if _tracer is not None and traceparent else None


def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: Any = None,  # noqa: ANN401 - as above
    **attributes: Attribute,
) -> AbstractContextManager[SpanAttributes]:
    """A span inside of the one that is open, or of `parent`. In names of attributes, `__` stands for a dot."""
    if _tracer is None:
        return _OFF
    return _tracer.span(name, kind, parent, {key.replace("__", "."): value for key, value in attributes.items()})
