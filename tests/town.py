"""The bot as an operator starts it: the Procfile's commands, each in a process of its own, with nothing but variables.

What those processes say goes to files, so that tests can look for what must never stand there.
"""

import asyncio
import json
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import ClientConnectionError, ClientSession
from msgspec import Struct, field

from bot.demo.webhooks import WebhookRequest, request
from bot.oci.reference import Reference
from bot.settings_values import WebhookSource
from tests.fake_slack import FakeSlack, Sender
from tests.real_parts import free_port

ROOT: Final = Path(__file__).resolve().parent.parent
CHANNEL: Final = "C0RELEASES"
HOOK_SECRET: Final = "hook-secret-of-a-test-" + "h" * 32
PATH: Final = f"{Path(sys.executable).parent}:/usr/bin:/bin"


def procfile() -> dict[str, str]:
    """The command of each process, as a host of such programs reads them."""
    lines = (line.partition(":") for line in (ROOT / "Procfile").read_text().splitlines() if line)
    return {name: command.strip() for name, _, command in lines}


class Town(Struct):
    """A registry at `host`, a Slack, and the environment in which the bot is started. `redis_url` "" = embedded."""

    host: str
    slack: FakeSlack
    folder: Path
    port: int = field(default_factory=free_port)
    redis_url: str = ""
    more: dict[str, str] = field(default_factory=dict)
    _logs: list[Path] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def source(self) -> WebhookSource:
        return WebhookSource.model_validate(
            {"id": "own", "kind": "distribution", "secret": HOOK_SECRET, "hosts": [self.host]}
        )

    def environment(self) -> dict[str, str]:
        source = {"id": "own", "kind": "distribution", "secret": HOOK_SECRET, "hosts": [self.host]}
        return {
            "PATH": PATH,
            "PORT": str(self.port),
            "PROVENANCE_HOST": "127.0.0.1",
            "PROVENANCE_DATA": str(self.folder / "data"),
            "PROVENANCE_SETTLE": "0.5",
            "PROVENANCE_WEBHOOKS": json.dumps([source]),
            "PROVENANCE_WATCH": json.dumps([f"{self.host}/demo/*"]),
            "PROVENANCE_PRIVATE_HOSTS": json.dumps([self.host]),
            "PROVENANCE_INSECURE_HOSTS": json.dumps([self.host]),
            "SLACK_BOT_TOKEN": self.slack.space.token,
            "SLACK_SIGNING_SECRET": self.slack.space.secret,
            "SLACK_CHANNEL": CHANNEL,
            "PROVENANCE_SLACK_API_URL": self.slack.api,
            **({"REDIS_URL": self.redis_url} if self.redis_url else {}),
            **self.more,
        }

    def running(self, *words: str) -> AbstractAsyncContextManager[Process]:
        """`provenance` with those words."""
        return self._started("provenance", *words)

    def web(self) -> AbstractAsyncContextManager[Process]:
        """The Procfile's process that serves."""
        return self._started("sh", "-c", f"exec env {procfile()['web']}")

    def worker(self) -> AbstractAsyncContextManager[Process]:
        """The Procfile's process that works."""
        return self._started("sh", "-c", f"exec env {procfile()['worker']}")

    @asynccontextmanager
    async def _started(self, program: str, *words: str) -> AsyncIterator[Process]:
        """Killed at the end, if it has not ended. What fails meanwhile has what the process said as its note."""
        found = shutil.which(program, path=PATH)
        assert found, "make install puts it there"
        log = self.folder / f"{len(self._logs)}.log"
        self._logs.append(log)
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                found, *words, env=self.environment(), cwd=ROOT, stdin=DEVNULL, stdout=file, stderr=file
            )
        try:
            yield process
        except BaseException as error:
            error.add_note(f"{program} {' '.join(words)} (ended: {process.returncode}) said:\n{log.read_text()}")
            raise
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def push(self, image: Reference, digest: str) -> int:
        """The registry announces the image; the status of the bot's answer."""
        return await self.deliver(request(self.source, image, digest))

    async def deliver(self, sent: WebhookRequest) -> int:
        """Send this delivery; it may be sent again, unchanged."""
        async with (
            ClientSession() as session,
            session.post(self.base + sent.path, data=sent.body, headers=sent.headers) as answer,
        ):
            return answer.status

    @asynccontextmanager
    async def person(self) -> AsyncIterator[Sender]:
        """Somebody who types in Slack."""
        async with ClientSession() as session:
            yield Sender.to(f"{self.base}/slack/events", self.slack, session)

    async def get(self, path: str) -> tuple[int, Any]:
        """Status and JSON of an address; (0, None) while nobody listens."""
        try:
            async with ClientSession() as session, session.get(self.base + path) as answer:
                return answer.status, await answer.json()
        except ClientConnectionError:
            return 0, None

    async def is_alive(self) -> bool:
        return (await self.get("/healthz"))[0] == 200

    async def is_ready(self) -> bool:
        return (await self.get("/readyz"))[0] == 200

    def has_thread(self) -> bool:
        return bool(self.slack.parents(CHANNEL))

    def said(self) -> str:
        """All that the processes wrote so far."""
        return "".join(log.read_text(errors="replace") for log in self._logs)

    def secrets(self) -> list[str]:
        """What no process may ever say."""
        password = urlsplit(self.redis_url).password
        space = self.slack.space
        answers = [f"/response/{name}" for name in space.responses]
        return [HOOK_SECRET, space.token, space.secret, *answers, *([password] if password else [])]

    def engine(self) -> int:
        """The process id of the embedded engine that was started last."""
        lines = [json.loads(line) for line in self.said().splitlines() if "embedded engine runs" in line]
        return int(max(lines, key=lambda line: str(line["timestamp"]))["pid"])

    def kill_engine(self) -> None:
        os.kill(self.engine(), 9)
