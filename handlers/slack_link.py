"""One WebSocket to Slack: reads envelopes, gives each to the receiver, and sends its answer back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, Self, TypeAlias

import aiohttp
import structlog

from bot.errors import MalformedDeliveryError
from handlers.slack_payload import REQUESTS, EnvelopeKind, SocketEnvelope, read_envelope

log = structlog.get_logger(__name__)

ENVELOPE_MAX: Final = 1024 * 1024
"""Bytes; as long as an HTTP request may be. A longer one closes the link."""

AT_ONCE: Final = 50
"""Requests that are handled at the same time; the others wait in the socket."""

HELLO_MAX: Final = 10.0
"""Seconds until Slack says hello."""

HEARTBEAT: Final = 10.0
"""Seconds between two pings of ours; without a pong, the link is broken."""

Answer: TypeAlias = dict[str, Any]

Receive: TypeAlias = Callable[[SocketEnvelope], Awaitable[Answer | None]]
"""Handles a request. The answer's payload, {} for none; None = not acknowledged, so that Slack sends it again."""


class Link:
    """An open WebSocket. `ending` is set when the next link has to be opened, `ended` when nothing more can come."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, receive: Receive) -> None:
        self.ending = asyncio.Event()
        self.ended = asyncio.Event()
        self._socket = socket
        self._receive = receive
        self._room = asyncio.Semaphore(AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()
        self._reading: asyncio.Task[None] | None = None

    @classmethod
    async def opened(cls, session: aiohttp.ClientSession, address: str, receive: Receive) -> Self:
        """A link that Slack has greeted. Raises what aiohttp raises, and TimeoutError."""
        socket = await session.ws_connect(address, heartbeat=HEARTBEAT, max_msg_size=ENVELOPE_MAX)
        link = cls(socket, receive)
        try:
            async with asyncio.timeout(HELLO_MAX):
                await link._greeted()
        except BaseException:
            await socket.close()
            raise
        link._reading = asyncio.create_task(link._read())
        return link

    async def close(self, *, within: float) -> None:
        """Take no more requests, answer those that were taken, and close it."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._running:
            await asyncio.wait(self._running, timeout=within)
        for task in self._running:
            task.cancel()
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(within):
                await self._socket.close()

    async def _greeted(self) -> None:
        async for message in self._socket:
            envelope = _envelope(message)
            if envelope is not None and envelope.kind is EnvelopeKind.HELLO:
                return
            if envelope is not None and envelope.kind is EnvelopeKind.DISCONNECT:
                break
        raise aiohttp.ClientConnectionError("the link was closed before Slack said hello")

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                await self._take(_envelope(message))
        except (aiohttp.ClientError, OSError) as error:
            log.warning("link to Slack broke", error=type(error).__name__)
        finally:
            self.ending.set()
            self.ended.set()

    async def _take(self, envelope: SocketEnvelope | None) -> None:
        if envelope is None:
            return
        if envelope.kind is EnvelopeKind.DISCONNECT:
            log.info("Slack closes this link soon", reason=envelope.reason)
            self.ending.set()
        elif envelope.kind in REQUESTS:
            await self._room.acquire()
            task = asyncio.create_task(self._answer(envelope))
            self._running.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._room.release()

    async def _answer(self, envelope: SocketEnvelope) -> None:
        payload = await self._receive(envelope)
        if payload is None:
            return
        answer = {"envelope_id": envelope.id} | ({"payload": payload} if payload else {})
        try:
            await self._socket.send_str(json.dumps(answer))
        except (aiohttp.ClientError, OSError) as error:
            log.warning("answer to Slack was lost", error=type(error).__name__)


def _envelope(message: aiohttp.WSMessage) -> SocketEnvelope | None:
    if message.type is not aiohttp.WSMsgType.TEXT:
        return None
    try:
        return read_envelope(message.data)
    except MalformedDeliveryError as error:
        log.warning("unreadable envelope", error=str(error))
        return None
