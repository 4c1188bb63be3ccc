"""local-slack, started for a test: what people do in Slack, and what they see. Only in a private network namespace.

It serves the Web API, Socket Mode and signed requests, and has a control API for what a person does. It checks no
tokens, scopes or limits: the pretended Slack of tests/fake_slack is the strict one.
"""

import asyncio
import json
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientConnectionError, ClientSession, WSMsgType
from msgspec import Struct, field

from tests.conftest import ROOT
from tests.waiting import eventually

BINARY: Final = ROOT / ".e2e" / "package" / "bin" / "local-slack"
PORT: Final = 3900
CHANNEL: Final = "C0RELEASES"
ALICE, BOT_USER, APP = "U0ALICE", "U0PROV", "A0PROV"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-local-slack", "xapp-local-slack", "0123456789abcdef" * 2


def is_private_network() -> bool:
    """Whether there is nothing but the loopback interface."""
    names = [line.partition(":")[0].strip() for line in Path("/proc/net/dev").read_text().splitlines()[2:]]
    return names == ["lo"]


class LocalSlack(Struct):
    """`mode` is "socket", or "events" with the bot's address in `request_url`."""

    folder: Path
    mode: str
    request_url: str = ""
    port: int = PORT
    bot_port: int = 0
    pressed: set[str] = field(default_factory=set)  # as tests/e2e/pressable.py names it

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """The bot's variables, as its README names them."""
        keys = {"SLACK_APP_TOKEN": APP_TOKEN} if self.mode == "socket" else {"SLACK_SIGNING_SECRET": SECRET}
        return {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": "",
            "SLACK_CHANNEL": CHANNEL,
            "PROVENANCE_SLACK_API_URL": f"{self.base}/api/",
            **keys,
        }

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Process]:
        """Started once more, it has forgotten everything."""
        assert is_private_network(), "local-slack listens on all addresses: run it with `make e2e`"
        self.folder.mkdir(exist_ok=True)
        config = self.folder / "local-slack.json"  # JSON is YAML
        config.write_text(json.dumps(self._configuration()))
        arguments = ("--config", str(config), "--port", str(self.port), "--base-host", "127.0.0.1")
        files = ("--files-dir", str(self.folder / "files"))
        with (self.folder / "local-slack.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                str(BINARY), *arguments, *files, stdin=DEVNULL, stdout=log, stderr=log
            )
        try:
            await eventually(self.is_there)
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def is_there(self) -> bool:
        try:
            return "workspace" in await self.get("/state")
        except (ClientConnectionError, ValueError):
            return False

    async def is_linked(self, count: int = 1) -> bool:
        """Whether so many sockets of the bot are open."""
        opened = [entry for entry in await self.log() if entry["summary"] == "apps.connections.open"]
        return len(opened) >= count

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        async with ClientSession() as session, session.get(f"{self.base}/_control{path}") as answer:
            return json.loads(await answer.text())

    async def do(self, path: str, **body: object) -> None:
        """A person does something. It returns when the bot has answered."""
        async with ClientSession() as session, session.post(f"{self.base}/_control{path}", json=body) as answer:
            said = json.loads(await answer.text())
            assert said["ok"], said

    async def log(self) -> list[dict[str, Any]]:
        return list((await self.get("/log"))["log"])

    async def messages(self, channel: str = CHANNEL) -> list[dict[str, Any]]:
        """All that stands in the channel, private answers and replies included, oldest first."""
        found = (await self.get(f"/messages/{channel}"))["messages"]
        return sorted(found, key=lambda message: float(message["ts"]))

    async def texts(self) -> list[str]:
        return [str(message.get("text", "")) for message in await self.messages()]

    async def parents(self) -> list[dict[str, Any]]:
        """What the bot posted at the top of the channel, for everybody."""
        posted = [m for m in await self.messages() if m.get("user") == BOT_USER or m.get("bot_id")]
        return [m for m in posted if m.get("thread_ts") in {None, m["ts"]} and not _is_private(m)]

    async def command(self, text: str) -> None:
        """`/provenance text`, typed by Alice."""
        await self.do("/command", channel=CHANNEL, user=ALICE, command="/provenance", text=text)
        self.pressed |= {"command /provenance", f"verb {text.partition(' ')[0]}"}

    async def press(self, message: dict[str, Any], action_id: str, **more: object) -> None:
        """Press a button that stands in the message."""
        block, button = _with(message, action_id)
        action = {
            "type": button["type"],
            "action_id": action_id,
            "block_id": block.get("block_id", ""),
            "value": button.get("value", ""),
        }
        await self.do("/interact", channel=CHANNEL, messageTs=message["ts"], user=ALICE, action=action | more)
        self.pressed.add(f"action {action_id}")

    async def choose(self, message: dict[str, Any], action_id: str, value: str) -> None:
        """Choose an option of a menu that stands in the message."""
        _, menu = _with(message, action_id)
        (option,) = [one for one in menu["options"] if one["value"] == value]
        await self.press(message, action_id, selected_option=option)
        self.pressed.add(f"menu {value}")

    async def mention(self, text: str, *, thread_ts: str = "") -> None:
        """Write `@provenance text`."""
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        await self.do("/message", channel=CHANNEL, user=ALICE, text=f"<@{BOT_USER}> {text}", **thread)
        self.pressed.add("event app_mention")

    async def open_home(self) -> None:
        """Open the bot's Home."""
        await self.do("/open-home", user=ALICE, appId=APP)
        self.pressed.add("event app_home_opened")

    @asynccontextmanager
    async def screen(self) -> AsyncIterator["Screen"]:
        """Slack's window, where forms are."""
        async with ClientSession() as session, session.ws_connect(f"{self.base.replace('http', 'ws')}/ui") as socket:
            screen = Screen(self, socket.send_str)

            async def read() -> None:
                async for message in socket:
                    if message.type is WSMsgType.TEXT:
                        screen.take(json.loads(message.data))

            reading = asyncio.create_task(read())
            try:
                yield screen
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)

    def _configuration(self) -> dict[str, Any]:
        app = {
            "appId": APP,
            "botUserId": BOT_USER,
            "botName": "provenance",
            "botToken": BOT_TOKEN,
            "appToken": APP_TOKEN,
            "signingSecret": SECRET,
            "mode": self.mode,
            **({"requestUrl": self.request_url} if self.request_url else {}),
        }
        return {
            "workspace": {"name": "Microcks", "domain": "microcks", "teamId": "T0MICROCKS"},
            "app": app,
            "users": [{"id": ALICE, "name": "alice", "real_name": "Alice", "email": "alice@example.org"}],
            "channels": [{"id": CHANNEL, "name": "releases", "is_private": False, "members": [ALICE, BOT_USER]}],
        }


class Screen:
    """What Slack's window shows: the stack of forms, their errors, the Home."""

    def __init__(self, slack: LocalSlack, send: Any) -> None:  # noqa: ANN401 - a method of aiohttp's
        self.slack = slack
        self.views: list[dict[str, Any]] = []
        self.errors: dict[str, str] = {}
        self.home: dict[str, Any] = {}
        self._send = send

    def take(self, pushed: dict[str, Any]) -> None:
        match pushed.get("t"):
            case "view":
                self.views, self.errors = list(pushed["stack"]), {}
            case "view_errors":
                self.errors = dict(pushed["errors"])
            case "home":
                self.home = dict(pushed)
            case _:
                pass

    async def submit(self, values: dict[str, dict[str, dict[str, Any]]]) -> None:
        """Submit the form on top: `values[block_id][action_id]` as Slack has them."""
        self.slack.pressed.add(f"view {self.views[-1]['callback_id']}")
        await self._send(json.dumps({"t": "view_submit", "user": ALICE, "values": values}))


def initial(view: dict[str, Any], block: str) -> dict[str, Any]:
    """What the form proposes for that input, or its first option."""
    element = next(one for one in view["blocks"] if one.get("block_id") == block)["element"]
    if element["type"] == "datepicker":
        return {"type": "datepicker", "selected_date": element["initial_date"]}
    return {"type": element["type"], "selected_option": element.get("initial_option") or element["options"][0]}


def _with(message: dict[str, Any], action_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block and the element with that action_id; what is not there cannot be pressed."""
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    found = {element["action_id"]: (block, element) for block in rows for element in block["elements"]}
    return found[action_id]


def _is_private(message: dict[str, Any]) -> bool:
    return bool(message.get("ephemeral") or message.get("is_ephemeral") or message.get("subtype") == "ephemeral")
