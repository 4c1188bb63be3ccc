"""A release of two images in a channel, with everything that its buttons need: Slack, store, queue, policy."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec import Struct

from bot.attention import Attention, NotePlace
from bot.report import Report
from bot.store import Store
from bot.store.attention import Notes
from bot.store.connection import connect
from bot.store.reports import Reports
from bot.store.threads import Address, Threads
from handlers import slack, slack_dispatch
from handlers.actions import listeners, recheck
from tests.fake_queue import FakeQueue
from tests.fake_slack import Answered, FakeSlack, Sender
from tests.slack.door import door
from tests.slack.parts import CHANNEL, IMAGE, TITLE, Office, failing, opened, passing, release, report
from tests.waiting import eventually

ALICE: Final = "U0ALICE1"
BOB: Final = "U0BOB123"
MALLORY: Final = "U0MALLORY"
OTHER: Final = "quay.io/other/app:1.2.3"
BASE: Final = "https://bot.example.org"
POLICY: Final = f"""\
images:
  - match: quay.io/acme/*
    owners: [{ALICE}, S0TEAM123]
    may_waive: [{BOB}]
  - match: quay.io/other/*
    may_waive: [{MALLORY}]
"""
BAD: Final = report(failing("sbom-missing"), passing("provenance-missing"))
SECRET: Final = report(failing("provenance-secret-exposed", severity="critical"), failing("sbom-missing"))

LIMITS: Final = {
    (module, name): float(getattr(module, name))
    for module, name in (
        (slack, "REPLAY_TIME"),
        (slack_dispatch, "CLAIM_MAX"),
        (listeners, "STORE_TIME"),
        (recheck, "STORE_TIME"),
    )
}
"""How long a press may wait for the store in the product; the tests are patient (tests/conftest.py)."""


def day(after: int) -> str:
    """So many days from today."""
    return (datetime.now(UTC).date() + timedelta(days=after)).isoformat()


@dataclass
class Buttons:
    """A message of the bot, and the people who press."""

    slack: FakeSlack
    store: Store
    queue: FakeQueue
    office: Office
    sender: Sender
    threads: Threads = field(init=False)

    def __post_init__(self) -> None:
        self.threads = Threads(self.store)

    async def post(self, *reports: Report) -> None:
        """The worker stored these and posts their release."""
        for number, one in enumerate(reports):
            await Reports(self.store).save(one, started=float(number + 1), policy="1")
        await self.office.publish(release(*reports))

    @property
    def parent(self) -> dict[str, Any]:
        """As it is on a screen at this moment."""
        return deepcopy(self.slack.parents(CHANNEL)[0])

    @property
    def place(self) -> NotePlace:
        return NotePlace(self.slack.space.team, CHANNEL, TITLE)

    async def said(self) -> Attention:
        return await Notes(self.store).about(self.place)

    async def press(self, action_id: str, **more: Any) -> str:  # noqa: ANN401 - as Sender.press
        """The status is always 200; what the person hears, "" if nothing within a moment."""
        before = len(self.heard())
        message = more.pop("message", self.parent)
        answered = await self.sender.press(message, action_id, **{"user": ALICE, **more})
        assert answered.status == 200
        await eventually(lambda: len(self.heard()) > before)
        return self.heard()[-1]

    async def open(self, action_id: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        """The form that opens."""
        before = len(self.slack.space.views)
        answered = await self.sender.press(self.parent, action_id, **{"user": ALICE, **more})
        assert answered.status == 200
        await eventually(lambda: len(self.slack.space.views) > before)
        return list(self.slack.space.views.values())[-1]

    def heard(self) -> list[str]:
        return [str(said["text"]) for url in self.slack.space.responses.values() for said in url.got]

    async def whispered(self, words: str) -> None:
        """Waits for a message that one person alone sees: it is sent after the answer to a form."""
        await eventually(lambda: any(words in one["text"] for one in self.slack.space.ephemerals))

    async def lose_records(self) -> None:
        """The store forgets the messages, and keeps the reports."""
        await forget_messages(self.store)
        assert await self.threads.get(Address(self.slack.space.team, CHANNEL, TITLE)) is None


class SilentStore(Struct):
    """It takes connections and says nothing, until it goes."""

    store: Store
    server: asyncio.Server
    end: asyncio.Event

    def go(self) -> None:
        """From now on it refuses connections."""
        self.server.close()
        self.end.set()


@asynccontextmanager
async def silent_store(patch: pytest.MonkeyPatch) -> AsyncIterator[SilentStore]:
    """What has a limit for the store has waited soon; all else is patient."""
    for module, name in LIMITS:
        patch.setattr(module, name, 0.05)
    end = asyncio.Event()

    async def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await end.wait()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    made = SilentStore(Store(connect(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"), ""), server, end)
    try:
        yield made
    finally:
        made.go()
        await made.store.redis.aclose()


async def forget_messages(store: Store) -> None:
    """Their records; the reports stay."""
    for pattern in ("*slack:ts:*", "*slack:parent:*", "*slack:reply:*", "*slack:parts:*"):
        for key in await store.redis.keys(pattern):
            await store.redis.delete(key)


def errors(answered: Answered) -> dict[str, str]:
    """What stands beside the inputs of a form that stays open."""
    assert answered.status == 200
    body = json.loads(answered.body) if answered.body else {}
    return dict(body.get("errors", {}))


@asynccontextmanager
async def with_buttons(store: Store, folder: Path, *, policy: str = POLICY) -> AsyncIterator[Buttons]:
    """A bot with that policy, in a channel."""
    path = folder / "policy.yaml"
    path.write_text(policy)
    queue = FakeQueue()
    async with FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        async with (
            opened(slack, store, base_url=BASE) as office,
            door(slack, queue, store, policy=path, base_url=BASE) as sender,
        ):
            yield Buttons(slack, store, queue, office, sender)


__all__ = ["ALICE", "BAD", "BOB", "IMAGE", "MALLORY", "OTHER", "SECRET", "Buttons", "day", "errors", "with_buttons"]
