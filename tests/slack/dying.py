"""A worker that is killed at a chosen moment: from then on nothing of it reaches Slack or the store."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from msgspec import Struct

from bot.render.release.view import Mentions
from bot.report import Report
from bot.slack.transport import (
    Answer,
    FoundMessage,
    OutgoingMessage,
    Refused,
    RetryLater,
    Search,
    Transport,
    TransportLimits,
)
from bot.slack.updater import ThreadUpdater
from bot.store import Store
from bot.store.threads import Address, Desired, Message, Thread, Threads
from bot.store.threads.sending import Begun, Sending, Turn
from tests.fake_slack import FakeSlack
from tests.slack.parts import opened

DEAD_AFTER_MS: Final = 100
"""How long the turn of a killed sender lasts."""


class Killed(BaseException):
    """Not an Exception: nobody catches a kill."""


class Fate(Struct):
    """Death comes at the `count`-th time that `moment` is reached."""

    moment: str
    count: int = 1
    dead: bool = False

    def reach(self, moment: str) -> None:
        if self.dead:
            raise Killed
        self.count -= moment == self.moment
        if self.count == 0:
            self.dead = True
            raise Killed


class DyingSending(Sending):
    """The store's side of a sender."""

    fate: Fate

    async def begin(self, turn: Turn, address: Address, part: str, **more: Any) -> Begun:  # noqa: ANN401
        self.fate.reach("before begin")
        begun = await super().begin(turn, address, part, **more)
        self.fate.reach("after begin")
        return begun

    async def posted(self, turn: Turn, address: Address, message: Message, ts: str, rev: int) -> bool:
        self.fate.reach("before posted")
        stored = await super().posted(turn, address, message, ts, rev)
        self.fate.reach("after posted")
        return stored

    async def unsure(self, turn: Turn, address: Address, message: Message) -> bool:
        self.fate.reach("before unsure")
        stored = await super().unsure(turn, address, message)
        self.fate.reach("after unsure")
        return stored

    async def leave(self, turn: Turn, subject: str, seq: str) -> bool:
        self.fate.reach("before leave")
        return await super().leave(turn, subject, seq)

    async def give_back(self, turn: Turn) -> None:
        self.fate.reach("before give back")
        await super().give_back(turn)


class DyingThreads(Threads):
    """The store's side of what is wanted."""

    fate: Fate

    async def want(
        self,
        address: Address,
        seen: Thread | None,
        messages: Sequence[Desired],
        *,
        ahead: float = 0.0,
        is_posted: bool = False,
    ) -> Thread | None:
        self.fate.reach("before want")
        stored = await super().want(address, seen, messages, ahead=ahead, is_posted=is_posted)
        self.fate.reach("after want")
        return stored


class DyingTransport(Struct):
    """The way to Slack."""

    way: Transport
    fate: Fate

    @property
    def limits(self) -> TransportLimits:
        return self.way.limits

    async def post(self, letter: OutgoingMessage) -> Answer:
        self.fate.reach("before post")
        answer = await self.way.post(letter)
        self.fate.reach("after post")
        return answer

    async def update(self, letter: OutgoingMessage) -> Answer:
        self.fate.reach("before update")
        answer = await self.way.update(letter)
        self.fate.reach("after update")
        return answer

    async def find(self, search: Search) -> FoundMessage | RetryLater | Refused | None:
        self.fate.reach("before find")
        found = await self.way.find(search)
        self.fate.reach("after find")
        return found

    async def permalink(self, channel: str, ts: str) -> str:
        return await self.way.permalink(channel, ts)


async def publish_and_die(  # noqa: PLR0913, PLR0917 - who dies, and what it was about
    slack: FakeSlack,
    store: Store,
    told: Report,
    fate: Fate,
    owners: tuple[str, ...] = (),
    mentions: Mentions = Mentions.PARENT,
) -> None:
    """A worker takes the job and is killed; the test fails when it lives through."""
    async with opened(slack, store) as office:
        threads = DyingThreads(store)
        sending = DyingSending(store, threads, lock_ms=DEAD_AFTER_MS)
        threads.fate = sending.fate = fate
        outbox: Any = office.outbox
        sender = outbox._updater.sender
        outbox._threads = sender._threads = threads
        outbox._updater = ThreadUpdater(threads, sender)
        sender._sending = sending
        flush = sender.flush
        sender.flush = lambda address, way: flush(address, DyingTransport(way, fate))
        with suppress(Killed):
            office.owners, office.mentions = owners, mentions
            await office.publish(told)
    assert fate.dead, f"it never came to: {fate.moment}"
