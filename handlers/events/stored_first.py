"""Registers a listener whose work is done before Slack's event is acknowledged.

Bolt acknowledges an event first and runs its listener afterwards; then a restart in between would lose it. What a
middleware of the listener does comes before.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from slack_bolt.async_app import AsyncAck, AsyncApp

Work: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]
"""Takes the body of the request. If it raises StoreError or TimeoutError, Slack delivers the event again."""


def on_event(app: AsyncApp, event: str, work: Work) -> None:
    """Add the listener for that type of event."""

    async def before(body: dict[str, Any], next_: Callable[[], Awaitable[None]]) -> None:
        await work(body)
        await next_()

    async def done(ack: AsyncAck) -> None:
        await ack()

    app.event(event, middleware=[before])(done)
