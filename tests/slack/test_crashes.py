"""A worker killed at any moment, an answer lost in any way: the thread is there afterwards, whole and once."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.errors import PostingError
from bot.store import Store
from bot.store.threads import MessageState
from bot.store.threads.sending import Turn
from tests.fake_slack import FakeSlack, Fault
from tests.slack.dying import DEAD_AFTER_MS, Fate, publish_and_die
from tests.slack.parts import CHANNEL, IMPATIENT, Office, failing, opened, passing, report

FIRST = report(failing("sbom-missing"), failing("provenance-mode-min"))
SECOND = report(passing("sbom-missing"), failing("provenance-mode-min"), content="two", minute=1)
WHOLE = ["Fail: acm", "Fix for s", "Fix for p"]
"""The beginnings of the three messages of FIRST, in their order."""

EACH = ["before begin", "after begin", "before post", "after post", "before posted", "after posted"]
"""Moments that come once a message: the parent, the first and the second reply."""

ONCE = ["before want", "after want", "before leave", "before give back"]
POSTING = [(moment, count) for moment in EACH for count in (1, 2, 3)] + [(moment, 1) for moment in ONCE]


def beginnings(slack: FakeSlack) -> list[str]:
    return [str(message["text"])[:9] for message in slack.space.channels[CHANNEL].messages.values()]


@pytest.mark.parametrize(("moment", "count"), POSTING)
async def test_killed_while_posting(slack: FakeSlack, store: Store, moment: str, count: int) -> None:
    await publish_and_die(slack, store, FIRST, Fate(moment, count))
    async with opened(slack, store) as office:
        await office.insist(FIRST)
        (thread,) = await office.threads.newest(5)
    assert not thread.is_pending
    assert beginnings(slack) == WHOLE


@pytest.mark.parametrize("moment", ["before update", "after update", "before posted", "after posted"])
@pytest.mark.parametrize("count", [1, 2])
async def test_killed_while_editing(office: Office, slack: FakeSlack, store: Store, moment: str, count: int) -> None:
    await office.publish(FIRST)
    await publish_and_die(slack, store, SECOND, Fate(moment, count))
    await office.insist(SECOND)
    assert beginnings(slack) == ["Fail: acm", "Fixed: sb", "Fix for p"]
    (parent,) = slack.parents(CHANNEL)
    assert parent["metadata"]["event_payload"]["rev"] == 2


async def test_killed_before_the_other_verdict_was_told(office: Office, slack: FakeSlack, store: Store) -> None:
    mended = report(passing("sbom-missing"), passing("provenance-mode-min"), content="two")
    await office.publish(FIRST)
    await publish_and_die(slack, store, mended, Fate("before post"))
    await office.insist(mended)
    assert beginnings(slack) == ["Pass: acm", "Fixed: sb", "Fixed: pr", "Now passe"]


@pytest.mark.parametrize(
    "fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.HANG, Fault.SERVER_ERROR, Fault.HTML, Fault.BROKEN_JSON]
)
@pytest.mark.parametrize("before", [0, 1, 2])
async def test_an_answer_that_got_lost(slack: FakeSlack, store: Store, fault: Fault, before: int) -> None:
    """Whether Slack did it or not is found out, not guessed."""
    slack.fail("chat.postMessage", Fault.NONE, times=before)
    slack.fail("chat.postMessage", fault)
    async with opened(slack, store, call_max=IMPATIENT) as office:
        await office.insist(FIRST)
    assert beginnings(slack) == WHOLE


@pytest.mark.parametrize("moment", ["before unsure", "after unsure", "before find", "after find", "before posted"])
async def test_killed_after_an_answer_got_lost(slack: FakeSlack, store: Store, moment: str) -> None:
    slack.fail("chat.postMessage", Fault.DROP_AFTER)
    await publish_and_die(slack, store, FIRST, Fate(moment))
    async with opened(slack, store) as office:
        await office.insist(FIRST)
    assert beginnings(slack) == WHOLE


async def test_an_outage_that_takes_its_time(office: Office, slack: FakeSlack) -> None:
    for method in ("chat.postMessage", "conversations.history", "conversations.replies"):
        slack.fail(method, Fault.SERVER_ERROR, times=5)
    assert await office.insist(FIRST) > 1
    assert beginnings(slack) == WHOLE


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.SERVER_ERROR])
async def test_an_edit_whose_answer_got_lost_is_done_again(office: Office, slack: FakeSlack, fault: Fault) -> None:
    await office.publish(FIRST)
    slack.fail("chat.update", fault)
    await office.insist(SECOND)
    assert beginnings(slack) == ["Fail: acm", "Fixed: sb", "Fix for p"]


async def test_posted_twice_all_the_same_one_is_taken_away(office: Office, slack: FakeSlack) -> None:
    """A proxy between us and Slack may repeat a request."""
    slack.fail("chat.postMessage", Fault.DROP_AFTER)
    slack.fail("conversations.history", Fault.SERVER_ERROR)
    with pytest.raises(PostingError):
        await office.publish(FIRST)
    (parent,) = slack.parents(CHANNEL)
    twin = dict(parent, ts=slack.space.stamp())
    slack.space.channels[CHANNEL].messages[twin["ts"]] = twin
    await office.insist(FIRST)
    assert [message["ts"] for message in slack.parents(CHANNEL)] == [parent["ts"]]


async def test_a_message_of_another_app_with_our_metadata_is_not_ours(office: Office, slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", Fault.DROP_AFTER)
    slack.fail("conversations.history", Fault.SERVER_ERROR)
    with pytest.raises(PostingError):
        await office.publish(FIRST)
    (parent,) = slack.parents(CHANNEL)
    parent["bot_id"] = "B0STRANGER"
    await office.insist(FIRST)
    ours = [message for message in slack.parents(CHANNEL) if message["bot_id"] == slack.space.bot]
    assert len(ours) == 1
    assert len(slack.replies(CHANNEL, ours[0]["ts"])) == 2


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER])
async def test_without_leave_to_read_history_a_message_too_few_is_better_than_a_double_one(
    office: Office, slack: FakeSlack, fault: Fault
) -> None:
    """Nobody knows whether it is there. The same is not posted again, but what is new is."""
    slack.space.scopes -= {"channels:history"}
    slack.fail("chat.postMessage", fault, times=1)
    with capture_logs() as logs:
        await office.publish(FIRST)
        await office.publish(FIRST)
    assert len(slack.called("chat.postMessage")) == 1
    assert any("nobody knows whether the message is there" in entry["event"] for entry in logs)
    (thread,) = await office.threads.newest(5)
    assert (thread.parent.state, thread.parent.code) == (MessageState.FAILED, "unconfirmed_missing_scope")
    assert not office.held
    await office.publish(report(failing("sbom-missing"), failing("signature-missing"), content="two", minute=9))
    texts = [message["text"] for message in slack.parents(CHANNEL)]
    assert len(texts) == len(set(texts)) == (1 if fault is Fault.DROP_BEFORE else 2)


async def test_a_worker_that_was_thought_dead_writes_nothing_any_more(
    slack: FakeSlack, store: Store, office: Office
) -> None:
    """It freezes in a call to Slack until another one has taken over; what comes back then is not written down."""
    arrived, gate = asyncio.Event(), asyncio.Event()
    async with opened(slack, store, lock_ms=DEAD_AFTER_MS) as slow:
        post = slow.outbox._places._slack.post  # type: ignore[union-attr]
        keep = slow.outbox._updater.sender._sending.keep

        async def frozen(turn: Turn) -> bool:
            if arrived.is_set():
                await gate.wait()
            return await keep(turn)

        async def hanging(letter: object) -> object:
            answer = await post(letter)  # type: ignore[arg-type]
            arrived.set()
            await gate.wait()
            return answer

        slow.outbox._updater.sender._sending.keep = frozen  # type: ignore[method-assign]
        slow.outbox._places._slack.post = hanging  # type: ignore[union-attr, method-assign]
        first = asyncio.create_task(slow.publish(FIRST))
        await arrived.wait()
        await office.insist(FIRST)
        gate.set()
        with pytest.raises(PostingError, match="took over"):
            await first
    assert beginnings(slack) == WHOLE
