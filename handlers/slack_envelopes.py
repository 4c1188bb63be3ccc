"""Socket Mode for as long as the web process runs: each envelope goes to the listeners, the answer goes back."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import structlog
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.request_ids import bound
from bot.settings import Settings
from bot.slack.socket_address import socket_address
from bot.slack.web_api import client_for, session_for_slack
from bot.tracing import SpanKind, span
from handlers.slack_dispatch import Dispatcher
from handlers.slack_link import Answer
from handlers.slack_payload import SocketEnvelope, is_event
from handlers.slack_socket import SocketMode, Tell

log = structlog.get_logger(__name__)

_OK: Final = 200
_FAILED: Final = 500


@asynccontextmanager
async def socket_mode(settings: Settings, app_token: str, dispatcher: Dispatcher, tell: Tell) -> AsyncIterator[None]:
    """A socket to Slack while the block runs, if there is an app token."""
    if not app_token:
        yield
        return
    async with session_for_slack(settings.proxies()) as session:
        client = client_for("", settings.slack_api_url, session)
        receive = partial(answer_envelope, dispatcher)
        socket, stop = SocketMode(session, partial(socket_address, client, app_token), receive, tell), asyncio.Event()
        running = asyncio.create_task(socket.run(stop), name="Slack's socket")
        try:
            yield
        finally:
            stop.set()
            await running


async def answer_envelope(dispatcher: Dispatcher, envelope: SocketEnvelope) -> Answer | None:
    """What Slack is answered. What was not handled is not acknowledged.

    Slack then sends an event again, and tells a person that the app did not answer.
    """
    asked = AsyncBoltRequest(mode="socket_mode", body=dict(envelope.payload or {}), headers=_headers(envelope))
    with bound(), span(f"socket {envelope.kind.value}", SpanKind.SERVER):
        answered = await dispatcher.dispatch(asked, is_signed=False)
        if answered.status == _OK:
            return _payload(answered)
        log.info("request of Slack not handled", kind=envelope.kind.value, status=answered.status)
    return {} if is_event(asked.body) and answered.status < _FAILED else None


def _headers(envelope: SocketEnvelope) -> dict[str, str | Sequence[str]]:
    """As they would be over HTTP."""
    return {"x-slack-retry-num": str(envelope.retry)} if envelope.retry else {}


def _payload(answered: BoltResponse) -> Answer:
    if not answered.body:
        return {}
    content_type = answered.headers.get("content-type", [""])[0]
    if not content_type.startswith("application/json"):
        return {"text": answered.body}
    read = json.loads(answered.body)
    return read if isinstance(read, dict) else {}
