"""The pretended Slack as an HTTP server on 127.0.0.1: token, routing, faults, a log of calls."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias

from aiohttp import web
from msgspec import Struct

from tests.fake_slack import chat, conversations, files, functions
from tests.fake_slack.faults import CONTENT, DONE_ALL_THE_SAME, Fault, Planned
from tests.fake_slack.messages import check_message
from tests.fake_slack.oauth import FakeOAuth
from tests.fake_slack.sockets import FakeSockets
from tests.fake_slack.workspace import RESPONSE_SECONDS, RESPONSE_USES, Channel, ResponseUrl, SlackError, Workspace

Method: TypeAlias = Callable[[Workspace, dict[str, Any]], dict[str, Any]]

METHODS: dict[str, Method] = {
    "auth.test": conversations.auth_test,
    "blocks.validate": conversations.validate_blocks,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.get_permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.unfurl": chat.unfurl,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.list": conversations.list_,
    "conversations.open": conversations.open_,
    "conversations.replies": conversations.replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.getUploadURLExternal": files.get_upload_url,
    "functions.completeError": functions.complete_error,
    "functions.completeSuccess": functions.complete_success,
    "usergroups.list": conversations.usergroups,
    "users.conversations": conversations.users_conversations,
    "views.open": conversations.views_open,
    "views.publish": conversations.views_publish,
    "views.push": conversations.views_open,
    "views.update": conversations.views_update,
}


class Call(Struct, frozen=True):
    method: str
    token: str
    args: dict[str, Any]
    at: float
    team: str = ""  # whose token it was, with several workspaces


@dataclass
class FakeSlack:
    """`async with FakeSlack() as slack:`; then `slack.api` is the base URL, `slack.space` the workspace.

    Leaving the block fails when it had to complain about content.
    """

    space: Workspace = field(default_factory=Workspace)
    calls: list[Call] = field(default_factory=list)
    planned: dict[str, list[Planned]] = field(default_factory=dict)
    complaints: list[dict[str, Any]] = field(default_factory=list)
    sockets: FakeSockets = field(default_factory=FakeSockets)
    oauth: FakeOAuth = field(default_factory=FakeOAuth)
    foreign: list[Call] = field(default_factory=list)  # calls for a channel of another workspace
    ahead: float = 0.0  # seconds by which Slack's clock runs ahead, for the end of tokens
    url: str = ""

    @property
    def api(self) -> str:
        return f"{self.url}/api/"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link/{ticket}", self.sockets.serve)
        app.router.add_post("/response/{id}", self._respond)
        app.router.add_post("/upload/v1/{id}", self._upload)
        self._letting_go = asyncio.Event()
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = self.space.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.let_go()
        await self.sockets.close()
        await self._runner.cleanup()
        assert not self.complaints, self.complaints
        assert not self.foreign, "a channel was named with the token of another workspace"

    def space_of(self, team: str) -> Workspace:
        """That workspace; the first one if none is named."""
        return self.oauth.workspace(team) if team and team != self.space.team else self.space

    def channel(
        self, id_: str, name: str, *, is_member: bool = True, is_private: bool = False, team: str = ""
    ) -> Channel:
        """A channel that exists; the bot is in it unless told otherwise."""
        made = Channel(id_, name, is_member=is_member, is_private=is_private)
        return self.space_of(team).channels.setdefault(id_, made)

    def fail(self, method: str, fault: Fault, *, times: int = 1, retry_after: str = "1", code: str = "") -> None:
        """The next `times` calls of that method go wrong in that way."""
        self.planned.setdefault(method, []).append(Planned(fault, times, retry_after, code))

    def let_go(self) -> None:
        """Lose the connections of all calls that hang, and of those that would."""
        self._letting_go.set()

    def parents(self, channel: str, team: str = "") -> list[dict[str, Any]]:
        """Top-level messages, oldest first."""
        messages = self.space_of(team).channels[channel].messages.values()
        return [message for message in messages if "thread_ts" not in message]

    def replies(self, channel: str, ts: str) -> list[dict[str, Any]]:
        """The replies of a thread, oldest first."""
        return [message for message in self.space.channels[channel].messages.values() if message.get("thread_ts") == ts]

    def response_url(self, channel: str, user: str = "U0ALICE") -> str:
        """A fresh response URL, as a command or button carries one."""
        name = f"r{len(self.space.responses)}"
        self.space.responses[name] = ResponseUrl(channel, user, self.space.now())
        return f"{self.url}/response/{name}"

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method, args = request.match_info["method"], await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        team = self.oauth.tokens.get(token, ("", 0.0))[0]
        call = Call(method, token, args, time.monotonic(), team)
        self.calls.append(call)
        if self._is_foreign(call):
            self.foreign.append(call)
        planned = self._next_fault(method)
        if planned and planned.fault not in DONE_ALL_THE_SAME:
            return await self._go_wrong(request, planned)
        answer = self._answer(method, token, args)
        if planned:
            return await self._go_wrong(request, planned)
        scopes = self.space_of(team).scopes if team else self.space.scopes if token == self.space.token else None
        known = {"X-OAuth-Scopes": ",".join(sorted(scopes))} if scopes is not None else {}
        return web.json_response(answer, headers=known)

    def _is_foreign(self, call: Call) -> bool:
        if not call.team and call.token != self.space.token:
            return False  # of nobody: it is refused
        own, channel = self.space_of(call.team), str(call.args.get("channel", ""))
        others = [space for space in (self.space, *self.oauth.spaces.values()) if space is not own]
        return channel not in own.channels and any(channel in space.channels for space in others)

    def _answer(self, method: str, token: str, args: dict[str, Any]) -> dict[str, Any]:
        if method == "apps.connections.open":
            return self.sockets.open(self.url, token)
        try:
            now = self.space.now() + self.ahead
            if method == "oauth.v2.access":
                return {"ok": True, **self.oauth.access(args, token, now)}
            space = self.space if token == self.space.token else self.oauth.space_of(token, now)
            space.url = self.url
            if method not in METHODS:
                return {"ok": False, "error": "unknown_method", "req_method": method}
            return {"ok": True, **METHODS[method](space, args)}
        except SlackError as error:
            answer = {"ok": False, "error": error.code, **error.more}
            if error.code in CONTENT:
                self.complaints.append(answer)
            return answer

    def _next_fault(self, method: str) -> Planned | None:
        waiting = [planned for planned in self.planned.get(method, []) if planned.times > 0]
        if not waiting:
            return None
        waiting[0].times -= 1
        return None if waiting[0].fault is Fault.NONE else waiting[0]

    async def _go_wrong(self, request: web.Request, planned: Planned) -> web.StreamResponse:
        match planned.fault:
            case Fault.RATE_LIMITED:
                body = {"ok": False, "error": "ratelimited"}
                return web.json_response(body, status=429, headers={"Retry-After": planned.retry_after})
            case Fault.SERVER_ERROR:
                return web.Response(status=500, text="<html>oops</html>", content_type="text/html")
            case Fault.HTML:
                return web.Response(text="<html>maintenance</html>", content_type="text/html")
            case Fault.BROKEN_JSON:
                return web.Response(text='{"ok": tr', content_type="application/json")
            case Fault.REFUSED:
                return web.json_response({"ok": False, "error": planned.code})
            case Fault.HANG | Fault.HANG_AFTER:
                await self._letting_go.wait()
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        spaces = (self.space, *self.oauth.spaces.values())
        upload = next((one for space in spaces if (one := space.uploads.get(request.match_info["id"]))), None)
        data = await request.read()
        self.calls.append(
            Call("upload", request.headers.get("Authorization", ""), {"length": len(data)}, time.monotonic())
        )
        if (planned := self._next_fault("upload")) is not None:
            return await self._go_wrong(request, planned)
        if upload is None or upload.data is not None or len(data) != upload.length:
            return web.Response(status=400, text="invalid upload")
        upload.data = data
        return web.Response(text=f"OK - {len(data)}")

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        url = self.space.responses.get(request.match_info["id"])
        body = await request.json()
        self.calls.append(Call("response_url", "", body, time.monotonic()))
        if (planned := self._next_fault("response_url")) is not None:
            return await self._go_wrong(request, planned)
        if url is None or self.space.now() - url.made > RESPONSE_SECONDS:
            return web.Response(status=404, text="expired_url")
        url.uses += 1
        if url.uses > RESPONSE_USES:
            return web.Response(status=404, text="used_url")
        try:
            check_message({key: value for key, value in body.items() if key not in _RESPONSE_ONLY})
        except SlackError as error:
            self.complaints.append({"error": error.code, **error.more})
            return web.Response(status=400, text=error.code)
        url.got.append({"response_type": "ephemeral", **body})
        return web.Response(text="ok")


_RESPONSE_ONLY = {"response_type", "replace_original", "delete_original"}


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Query, form or JSON; what a form carries as JSON text is read as such."""
    if request.content_type == "application/json":
        body = await request.json()
        return {**request.query, **(body if isinstance(body, dict) else {})}
    args: dict[str, Any] = {**request.query, **(await request.post())}
    for key in ("blocks", "metadata", "view"):
        if isinstance(args.get(key), str):
            args[key] = json.loads(args[key])
    return args
