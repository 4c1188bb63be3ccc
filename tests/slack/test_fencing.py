"""A sender that was overtaken (it stood still, its lock ended, another one took over) sends and writes nothing more."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from msgspec import Struct, field

from bot.errors import PostingError
from bot.slack.delivery import deliver
from bot.slack.outgoing import Outgoing
from bot.slack.plan import plan
from bot.slack.sender import ThreadSender
from bot.slack.transport import (
    Answer,
    FoundMessage,
    OutgoingMessage,
    Posted,
    Refused,
    RetryLater,
    Search,
    TransportLimits,
    Unconfirmed,
)
from bot.store import Store
from bot.store.threads import Address, Message, MessageState, Threads
from bot.store.threads.sending import Sending, Turn
from tests.slack.parts import CHANNEL, IMAGE, failing, release, report

HERE = Address("T1", CHANNEL, IMAGE)


class Place(Struct):
    """A transport that answers as the test says; `meanwhile` happens while Slack takes its time."""

    answer: Answer = field(default_factory=lambda: Posted("1.1"))
    meanwhile: Callable[[], Awaitable[object]] | None = None
    calls: list[str] = field(default_factory=list)
    limits: TransportLimits = field(default_factory=lambda: TransportLimits(each=0.0, looks=(0.0,), stale=60.0))

    async def post(self, letter: OutgoingMessage) -> Answer:  # noqa: ARG002
        return await self._called("post")

    async def update(self, letter: OutgoingMessage) -> Answer:  # noqa: ARG002
        return await self._called("update")

    async def find(self, search: Search) -> FoundMessage | RetryLater | Refused | None:  # noqa: ARG002
        self.calls.append("find")
        return None

    async def permalink(self, channel: str, ts: str) -> str:  # noqa: ARG002
        return ""

    async def _called(self, name: str) -> Answer:
        self.calls.append(name)
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.answer


class Senders:
    """One sender with the turn, and another one that may take over."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.threads = Threads(store)
        self.sending = Sending(store, self.threads, lock_ms=60_000)
        self.place = Place()

    async def start(self) -> None:
        messages = plan(None, release(report(failing("sbom-missing"))), intent="i", forced=False, base_url="")
        assert await self.threads.want(HERE, None, messages)

    async def turn(self) -> Turn:
        turn = await self.sending.take(HERE)
        assert turn is not None
        return turn

    async def take_over(self) -> None:
        """The first one stood still for too long: its lock has ended."""
        await self._store.redis.delete(self._store.key("slack", "lock", HERE.slot))
        await self.turn()

    async def parent(self) -> Message:
        thread = await self.threads.get(HERE)
        assert thread is not None
        return thread.parent

    async def outgoing(self, turn: Turn) -> Outgoing:
        return Outgoing(self.sending, self.place, turn, HERE, await self.parent(), "")


@pytest.fixture
async def senders(store: Store) -> Senders:
    made = Senders(store)
    await made.start()
    return made


def overtaken() -> "pytest.RaisesExc[PostingError]":
    return pytest.raises(PostingError, match="another worker took over")


async def test_before_it_begins(senders: Senders) -> None:
    outgoing = await senders.outgoing(await senders.turn())
    await senders.take_over()
    with overtaken():
        await deliver(outgoing)
    assert senders.place.calls == []
    assert (await senders.parent()).state is MessageState.NEW


async def test_between_the_beginning_and_the_call(senders: Senders) -> None:
    """It waits for Slack's pace there."""
    outgoing = await senders.outgoing(await senders.turn())
    assert (await outgoing.begin()).step == "post"
    await senders.take_over()
    with overtaken():
        await outgoing.send(edit=False)
    assert senders.place.calls == []


@pytest.mark.parametrize("answer", [Posted("1.1"), Refused("no_permission"), Refused("thread_not_found")])
async def test_while_slack_takes_its_time(senders: Senders, answer: Answer) -> None:
    """What it learns is not written down: the other one has looked already, and knows better."""
    outgoing = await senders.outgoing(await senders.turn())
    senders.place.answer, senders.place.meanwhile = answer, senders.take_over
    with overtaken():
        await deliver(outgoing)
    after = await senders.parent()
    assert (after.state, after.ts, after.rev) == (MessageState.SENDING, "", 0)


@pytest.mark.parametrize("answer", [Posted("1.1"), Refused("message_not_found"), Refused("no_permission")])
async def test_while_slack_takes_its_time_for_an_edit(senders: Senders, answer: Answer) -> None:
    turn = await senders.turn()
    parent = await senders.parent()
    assert await senders.sending.posted(turn, HERE, parent, "1.1", 0)
    outgoing = await senders.outgoing(turn)
    senders.place.answer, senders.place.meanwhile = answer, senders.take_over
    with overtaken():
        await deliver(outgoing)
    after = await senders.parent()
    assert senders.place.calls == ["update"]
    assert (after.state, after.ts, after.rev) == (MessageState.POSTED, "1.1", 0)


async def test_before_it_looks_for_what_may_be_there(senders: Senders) -> None:
    outgoing = await senders.outgoing(await senders.turn())
    senders.place.answer, senders.place.meanwhile = Unconfirmed("lost"), senders.take_over
    with overtaken():
        await deliver(outgoing)
    assert senders.place.calls == ["post"]
    assert (await senders.parent()).state is MessageState.SENDING


async def test_before_the_next_thread(senders: Senders) -> None:
    """One that is sent already, so that nothing else would notice."""
    turn = await senders.turn()
    for part in (await senders.threads.get(HERE), None):
        for message in (part.parent, *part.replies) if part else ():
            assert await senders.sending.posted(turn, HERE, message, "1.1", message.want)
    await senders.take_over()
    sender = ThreadSender(senders.threads, senders.sending)
    task = asyncio.create_task(sender._thread(HERE, senders.place, turn))
    done, _ = await asyncio.wait({task}, timeout=10)
    task.cancel()
    assert done, "it goes on without its turn"
    with overtaken():
        task.result()
    assert senders.place.calls == []


async def test_the_one_with_the_turn_sends(senders: Senders) -> None:
    await ThreadSender(senders.threads, senders.sending).flush(HERE, senders.place)
    assert (await senders.parent()).state is MessageState.POSTED
    assert senders.place.calls == ["post", "post"]
    assert await senders.sending.first_in_line(HERE) == ""
