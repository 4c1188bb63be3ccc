"""What Slack sends to us: signed commands, buttons, forms and events."""

import hashlib
import hmac
import io
import itertools
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
from msgspec import Struct

from tests.fake_slack.conversations import keep_view
from tests.fake_slack.inputs import state_of
from tests.fake_slack.server import FakeSlack
from tests.fake_slack.workspace import Workspace

FORM = "application/x-www-form-urlencoded"

_NUMBERS = itertools.count(1)  # of triggers and events in several workspaces: no two are the same


class Answered(Struct, frozen=True):
    status: int
    body: str

    @property
    def text(self) -> str:
        """What the person would read: the text of a JSON answer, or the body itself."""
        return str(json.loads(self.body).get("text", "")) if self.body.startswith("{") else self.body


class Request(Struct, frozen=True):
    """One request as it goes over the wire."""

    body: bytes
    headers: dict[str, str]


class Sender(Struct):
    """Delivers to the bot's door. `door` is the whole URL of /slack/events."""

    slack: FakeSlack
    door: str
    session: aiohttp.ClientSession
    _triggers: Iterator[int]
    team: str = ""  # of several workspaces; "" = the first one

    @property
    def space(self) -> Workspace:
        return self.slack.space_of(self.team)

    @classmethod
    def to(cls, door: str, slack: FakeSlack, session: aiohttp.ClientSession, team: str = "") -> "Sender":
        return cls(slack, door, session, _NUMBERS if team else itertools.count(1), team)

    def signed(self, body: bytes, *, at: str = "", secret: str = "", content_type: str = FORM) -> Request:
        """Sign as Slack does. `at` is the timestamp's text, now unless given."""
        stamp = at or str(int(time.time()))
        key = (secret or self.slack.space.secret).encode()  # of the app, in whatever workspace
        digest = hmac.new(key, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
            "Content-Type": content_type,
        }
        return Request(body, headers)

    async def send(self, request: Request) -> Answered:
        async with self.session.post(self.door, data=io.BytesIO(request.body), headers=request.headers) as answer:
            return Answered(answer.status, await answer.text())

    def command_request(self, text: str, *, channel: str = "C0RELEASES", user: str = "U0ALICE") -> Request:
        return self.signed(urlencode(self.command_form(text, channel, user)).encode())

    async def command(self, text: str, *, channel: str = "C0RELEASES", user: str = "U0ALICE") -> Answered:
        """`/provenance text`, typed in a channel."""
        return await self.send(self.command_request(text, channel=channel, user=user))

    async def press(  # noqa: PLR0913 - what a person does, and what somebody forges
        self,
        message: dict[str, Any],
        action_id: str,
        *,
        channel: str = "C0RELEASES",
        user: str = "U0ALICE",
        option: str = "",
        forged: dict[str, Any] | None = None,
        late: bool = False,
        at: float = 0.0,
    ) -> Answered:
        """Press a button that stands in the message; one that is not there cannot be pressed.

        `option` is the value of the option that is chosen in a menu. A message without `ts` was for one person alone;
        Slack then sends no message along. `forged` changes the action; a `late` press has a trigger that is over.
        `at` is when it was pressed, which may be before others that have arrived; now unless given.
        """
        rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
        button = {element["action_id"]: element for row in rows for element in row}[action_id]
        action = {**button, "block_id": "act", "action_ts": f"{at or time.time():.6f}"}
        if option:
            options = {one["value"]: one for one in action.pop("options")}
            action["selected_option"] = options[option]
        trigger = self._trigger()
        if late:
            self.space.triggers[trigger] -= 10
        payload = {
            "type": "block_actions",
            "team": {"id": self.space.team, "domain": "microcks"},
            "user": {"id": user, "name": self.space.handles.get(user, ""), "team_id": self.space.team},
            "api_app_id": self.space.app,
            "container": {
                "type": "message",
                "message_ts": message.get("ts", "1.0"),
                "channel_id": channel,
                "is_ephemeral": "ts" not in message,
            },
            "channel": {"id": channel, "name": "releases"},
            **({"message": message} if "ts" in message else {}),
            "trigger_id": trigger,
            "response_url": self.slack.response_url(channel, user),
            "actions": [action | (forged or {})],
        }
        return await self.send(self.signed(urlencode({"payload": json.dumps(payload)}).encode()))

    async def submit(
        self,
        view: dict[str, Any],
        typed: dict[str, Any],
        *,
        user: str = "U0ALICE",
        id_: str = "V0FORM",
        guest_of: str = "",
    ) -> Answered:
        """Send a form that was opened, with these inputs by block: a text, a date, or the value of an option.

        `guest_of` is the workspace of somebody who is in a channel that is shared with it (Slack Connect).

        What Slack checks by itself (the options that are there, the length of a text) is not checked: a client might.
        """
        installed = {"app_installed_team_id": self.space.team} if guest_of else {}
        payload = {
            "type": "view_submission",
            "team": {"id": guest_of or self.space.team, "domain": "microcks"},
            "user": {"id": user, "team_id": guest_of or self.space.team},
            "api_app_id": self.space.app,
            "trigger_id": self._trigger(),
            "view": {**view, "id": id_, "state": state_of(view, typed), **installed},
        }
        answered = await self.send(self.signed(urlencode({"payload": json.dumps(payload)}).encode()))
        said = json.loads(answered.body) if answered.body else {}
        if said.get("response_action") == "update":
            keep_view(self.space, said, id_)  # as strict as views.open
        return answered

    def event_request(self, event: dict[str, Any], *, event_id: str = "", retry: int = 0) -> Request:
        """An event as Slack delivers it; the same `event_id` again is a repetition."""
        body = {
            "token": "deprecated",
            "team_id": self.space.team,
            "api_app_id": self.space.app,
            "event": event,
            "type": "event_callback",
            "event_id": event_id or f"Ev{next(self._triggers):08d}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": self.space.team, "user_id": self.space.bot_user, "is_bot": True}],
        }
        request = self.signed(json.dumps(body).encode(), content_type="application/json")
        more = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        return Request(request.body, request.headers | more)

    async def event(self, event: dict[str, Any], *, event_id: str = "", retry: int = 0) -> Answered:
        return await self.send(self.event_request(event, event_id=event_id, retry=retry))

    def mention(
        self, text: str, *, channel: str = "C0RELEASES", user: str = "U0ALICE", thread: str = ""
    ) -> dict[str, Any]:
        """`text` with the bot's name before it, as a message in the channel; text arrives escaped."""
        place = self.space.channels[channel]
        ts = self.space.stamp()
        more = {"thread_ts": thread} if thread else {}
        place.messages[ts] = {"type": "message", "ts": ts, "user": user, "text": text, **more}
        return {
            "type": "app_mention",
            "user": user,
            "text": f"<@{self.space.bot_user}> {text}",
            "ts": ts,
            "channel": channel,
            "event_ts": ts,
            **more,
        }

    async def shortcut(
        self, message: dict[str, Any], callback_id: str = "check_message", *, channel: str = "C0RELEASES"
    ) -> Answered:
        """Choose a shortcut from the menu of a message."""
        payload = {
            "type": "message_action",
            "callback_id": callback_id,
            "team": {"id": self.space.team, "domain": "microcks"},
            "user": {"id": "U0ALICE", "name": "alice"},
            "channel": {"id": channel, "name": "releases"},
            "message_ts": message.get("ts", "1.0"),
            "message": message,
            "action_ts": "1.0",
            "trigger_id": self._trigger(),
            "response_url": self.slack.response_url(channel),
        }
        return await self.send(self.signed(urlencode({"payload": json.dumps(payload)}).encode()))

    async def home(self, action_id: str, value: str = "", *, user: str = "U0ALICE") -> Answered:
        """Press a button of the person's App Home, or type into its input and press Enter."""
        view = self.space.views[f"H{user}"]
        assert f'"action_id": "{action_id}"' in json.dumps(view), action_id
        payload = {
            "type": "block_actions",
            "team": {"id": self.space.team, "domain": "microcks"},
            "user": {"id": user, "team_id": self.space.team},
            "container": {"type": "view", "view_id": f"H{user}"},
            "view": {**view, "id": f"H{user}", "state": {"values": {}}},
            "trigger_id": self._trigger(),
            "actions": [{"action_id": action_id, "block_id": "b", "value": value, "action_ts": "1.0"}],
        }
        return await self.send(self.signed(urlencode({"payload": json.dumps(payload)}).encode()))

    def step(self, image: str, *, callback_id: str = "check_image") -> dict[str, Any]:
        """The event of a workflow that comes to our step."""
        execution = f"Fx{next(self._triggers):08d}"
        self.space.steps[execution] = {}
        return {
            "type": "function_executed",
            "function": {"id": "Fn1", "callback_id": callback_id, "title": "Check an image", "type": "app"},
            "inputs": {"image": image},
            "function_execution_id": execution,
            "workflow_execution_id": "Wx1",
            "event_ts": "1.0",
            "bot_access_token": "xwfp-only-for-this-execution",
        }

    def command_form(self, text: str, channel: str, user: str) -> dict[str, str]:
        return {
            "token": "deprecated",
            "team_id": self.space.team,
            "team_domain": "microcks",
            "channel_id": channel,
            "channel_name": "releases",
            "user_id": user,
            "user_name": "alice",
            "command": "/provenance",
            "text": text,
            "api_app_id": self.space.app,
            "response_url": self.slack.response_url(channel, user),
            "trigger_id": self._trigger(),
        }

    def _trigger(self) -> str:
        name = f"{next(self._triggers)}.trigger"
        self.space.triggers[name] = time.time()
        return name
