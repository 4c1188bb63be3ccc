"""What a sender writes down about a message: into that message's record, and nothing once it was overtaken."""

from collections.abc import Awaitable, Callable

import pytest

from bot.slack.plan import plan
from bot.store import Store
from bot.store.threads import Address, Message, MessageState, Thread, Threads
from bot.store.threads.sending import Sending, Turn
from tests.slack.parts import CHANNEL, IMAGE, failing, release, report

HERE = Address("T1", CHANNEL, IMAGE)
Write = Callable[[Sending, Turn, Message], Awaitable[bool]]

WRITTEN: dict[str, tuple[Write, dict[str, object]]] = {
    "posted": (
        lambda sending, turn, message: sending.posted(turn, HERE, message, "1.2", 1),
        {"state": MessageState.POSTED, "ts": "1.2", "rev": 1},
    ),
    "not posted": (
        lambda sending, turn, message: sending.not_posted(turn, HERE, message),
        {"state": MessageState.NEW, "attempt": 0},
    ),
    "unsure": (lambda sending, turn, message: sending.unsure(turn, HERE, message), {"state": MessageState.UNKNOWN}),
    "failed": (
        lambda sending, turn, message: sending.failed(turn, HERE, message, "no_permission"),
        {"state": MessageState.FAILED, "code": "no_permission"},
    ),
    "gone": (lambda sending, turn, message: sending.gone(turn, HERE, message), {"state": MessageState.GONE, "ts": ""}),
    "renewed": (
        lambda sending, turn, message: sending.renew(turn, HERE, message, "another", "https://slack/1"),
        {"state": MessageState.NEW, "ts": "", "intent": "another", "attempt": 0, "earlier": "https://slack/1"},
    ),
}


async def thread(threads: Threads) -> Thread:
    found = await threads.get(HERE)
    assert found is not None
    return found


async def begun(store: Store, which: int) -> tuple[Threads, Sending, Turn, Message]:
    """A thread of a parent and a reply; one of them is being sent, and the message as it was before."""
    threads = Threads(store)
    wanted = plan(None, release(report(failing("sbom-missing"))), intent="i", forced=False, base_url="")
    assert await threads.want(HERE, None, wanted)
    sending = Sending(store, threads, lock_ms=60_000)
    turn = await sending.take(HERE)
    assert turn is not None
    made = await thread(threads)
    message = (made.parent, *made.replies)[which]
    assert (await sending.begin(turn, HERE, message.part, stale=60.0)).step == "post"
    return threads, sending, turn, message


@pytest.mark.parametrize("which", [0, 1], ids=["parent", "reply"])
@pytest.mark.parametrize("step", WRITTEN)
async def test_a_step_is_written_into_the_record_of_its_message(store: Store, step: str, which: int) -> None:
    threads, sending, turn, message = await begun(store, which)
    before = await thread(threads)
    write, expected = WRITTEN[step]
    assert await write(sending, turn, message)
    after = await thread(threads)
    now = (after.parent, *after.replies)
    assert {name: getattr(now[which], name) for name in expected} == expected
    assert now[1 - which] == (before.parent, *before.replies)[1 - which]


@pytest.mark.parametrize("step", WRITTEN)
async def test_who_was_overtaken_writes_nothing(store: Store, step: str) -> None:
    threads, sending, turn, message = await begun(store, 0)
    await sending.give_back(turn)
    assert await sending.take(HERE) is not None
    before = await thread(threads)
    assert not await WRITTEN[step][0](sending, turn, message)
    assert await thread(threads) == before


async def test_a_message_that_went_through_has_no_error_and_one_that_is_gone_no_ts(store: Store) -> None:
    threads, sending, turn, message = await begun(store, 0)

    async def parent() -> tuple[str, str, str]:
        now = (await thread(threads)).parent
        return now.state, now.ts, now.code

    before = sorted(await store.redis.keys("*"))
    assert await sending.failed(turn, HERE, message, "is_archived")
    assert await parent() == (MessageState.FAILED, "", "is_archived")
    assert sorted(await store.redis.keys("*")) == before  # no ts, so nothing leads from one to the thread
    assert await sending.posted(turn, HERE, message, "1.1", 1)
    assert await parent() == (MessageState.POSTED, "1.1", "")
    assert await store.redis.get(threads.pointer(HERE, "1.1")) == IMAGE
    assert await sending.gone(turn, HERE, message)
    assert await parent() == (MessageState.GONE, "", "")


async def test_attempts_are_counted_and_the_lock_is_said_in_seconds(store: Store) -> None:
    _, sending, turn, message = await begun(store, 0)
    again = await sending.begin(turn, HERE, message.part, stale=0.0, again=True)
    assert (again.step, again.attempt, sending.lock) == ("post", 2, 60.0)


async def test_channels_do_not_wait_for_each_other(store: Store) -> None:
    sending = Sending(store, Threads(store), lock_ms=60_000)
    turns = [await sending.take(Address("T1", channel, IMAGE)) for channel in ("C1", "C2", "C1")]
    assert [turn and turn.fence for turn in turns] == [1, 1, None]


async def test_lock_fence_and_pace_keep_their_names(store: Store) -> None:
    """While an upgrade is on its way, workers of both versions send: a lock of another name would stop neither."""
    sending = Sending(store, Threads(store), lock_ms=60_000)
    assert await sending.take(HERE)
    await sending.wait_for(HERE, each=10.0, burst=1)
    names = {store.key("slack", what, HERE.slot) for what in ("lock", "fence", "pace")}
    assert set(await store.redis.keys("*")) == names


async def test_the_pace_of_a_channel_is_its_own(store: Store) -> None:
    sending = Sending(store, Threads(store), lock_ms=60_000)
    other = Address("T1", "C0OTHER", IMAGE)
    assert await sending.wait_for(HERE, each=10.0, burst=1) == 0.0
    assert await sending.wait_for(HERE, each=10.0, burst=1) > 0.0
    assert await sending.wait_for(other, each=10.0, burst=1) == 0.0


async def test_a_message_is_written_by_one_command(store: Store) -> None:
    threads = Threads(store)
    first = plan(None, release(report(failing("sbom-missing"))), intent="i", forced=False, base_url="")
    assert len(first) > 1
    for wanted in (first, first):  # those that are new, and those that are there
        await store.redis.config_resetstat()
        seen = await threads.get(HERE)
        assert await threads.want(HERE, seen, wanted, is_posted=True)
        assert (await store.redis.info("commandstats"))["cmdstat_hset"]["calls"] == len(wanted)
    assert [message.want for message in _all(await thread(threads))] == [2] * len(first)


async def test_a_message_that_slack_refused_is_new_again_when_it_is_wanted_again(store: Store) -> None:
    threads, sending, turn, message = await begun(store, 1)
    assert await sending.failed(turn, HERE, message, "no_permission")
    seen = await thread(threads)
    wanted = plan(seen, release(report(failing("sbom-missing"))), intent="i", forced=False, base_url="")
    assert await threads.want(HERE, seen, wanted)
    assert [one.state for one in _all(await thread(threads))] == [MessageState.NEW] * (1 + len(seen.replies))


def _all(found: Thread) -> tuple[Message, ...]:
    return (found.parent, *found.replies)
