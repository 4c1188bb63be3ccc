"""Socket Mode of the pretended Slack: addresses that work once, links, envelopes and what is answered to them."""

import asyncio
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import WSMsgType, web
from msgspec import Struct

from tests.waiting import PATIENCE

PER_APP = 10
"""Links that Slack allows an app to have at the same time."""


class FakeLink(Struct, eq=False):
    """One WebSocket of the bot's."""

    socket: web.WebSocketResponse
    answers: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    heard: asyncio.Event = msgspec.field(default_factory=asyncio.Event)

    async def disconnect(self, reason: str) -> None:
        """Say that this link is closed soon; Slack closes it some seconds later."""
        await self.socket.send_str(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {}}))

    async def answer(self, envelope_id: str) -> dict[str, Any] | None:
        """What was answered to the envelope; None if nothing was."""
        try:
            async with asyncio.timeout(PATIENCE):
                while envelope_id not in self.answers:
                    self.heard.clear()
                    await self.heard.wait()
        except TimeoutError:
            return None
        return self.answers[envelope_id]


@dataclass
class FakeSockets:
    """All links of the app. `mute` = no hello; `spoil` = the next addresses are too old when they are used."""

    token: str = "xapp-1-fake-app-token"
    refuses: str = ""
    mute: bool = False
    spoil: int = 0
    opened: int = 0
    tickets: set[str] = field(default_factory=set)
    links: list[FakeLink] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def open(self, url: str, token: str) -> dict[str, Any]:
        """The answer of apps.connections.open."""
        if token != self.token:
            return {"ok": False, "error": "invalid_auth" if token else "not_authed"}
        if self.refuses:
            return {"ok": False, "error": self.refuses}
        self.opened += 1
        ticket = f"ticket-{next(self._numbers)}"
        if self.spoil:
            self.spoil -= 1
        else:
            self.tickets.add(ticket)
        return {"ok": True, "url": f"{url.replace('http', 'ws', 1)}/link/{ticket}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self.tickets:
            return web.Response(status=403, text="too old")
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        link = FakeLink(socket)
        if len(self.links) >= PER_APP:
            await link.disconnect("too_many_websockets")
            await socket.close()
            return socket
        if not self.mute:
            await socket.send_str(json.dumps({"type": "hello", "num_connections": len(self.links) + 1}))
            self.links.append(link)
            self.changed.set()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    answer = json.loads(message.data)
                    link.answers[answer["envelope_id"]] = answer
                    link.heard.set()
        finally:
            if link in self.links:
                self.links.remove(link)
            self.changed.set()
        return socket

    async def connected(self, count: int = 1) -> list[FakeLink]:
        """The links, as soon as there are so many."""
        async with asyncio.timeout(PATIENCE):
            while len(self.links) != count:
                self.changed.clear()
                await self.changed.wait()
        return list(self.links)

    async def send(self, link: FakeLink, kind: str, payload: object, *, id_: str = "", **more: object) -> str:
        """Send an envelope through that link; its id."""
        name = id_ or f"envelope-{next(self._numbers)}"
        envelope = {
            "type": kind,
            "envelope_id": name,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            **more,
        }
        await link.socket.send_str(json.dumps(envelope))
        return name

    async def close(self) -> None:
        for link in list(self.links):
            await link.socket.close()
