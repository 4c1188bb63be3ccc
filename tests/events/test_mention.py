"""`@provenance …`: answered once, in the thread in which the bot was mentioned, with the grammar of the command."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.talk import ReadyAnswer
from bot.store import Store
from bot.store.watches import StoredWatches
from handlers.events.mention import asked_text
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack, Fault
from tests.jobs.talking import asking
from tests.slack.door import door
from tests.slack.parts import CHANNEL
from tests.waiting import eventually

IMAGE = "quay.io/acme/app:1"


def thread(slack: FakeSlack, mention: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in slack.replies(CHANNEL, mention["ts"]) if one.get("bot_id")]


async def test_help_is_answered_in_a_thread_under_the_message(slack: FakeSlack, store: Store) -> None:
    mention = slack_mention(slack, "help")
    async with asking(slack, store) as sender:
        assert (await sender.event(mention)).status == 200
        await eventually(lambda: bool(thread(slack, mention)))
    (said,) = thread(slack, mention)
    assert "`/provenance check &lt;image&gt;" in said["text"]


async def test_in_a_thread_the_answer_is_in_that_thread(slack: FakeSlack, store: Store) -> None:
    first = slack_mention(slack, "hello all")
    async with asking(slack, store) as sender:
        assert (await sender.event(sender.mention("list", thread=first["ts"]))).status == 200
        await eventually(lambda: len(thread(slack, first)) == 1)


async def test_a_linked_and_escaped_image_is_checked_for_the_thread(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        mention = sender.mention(f"check <http://{IMAGE}|{IMAGE}>")
        await sender.event(mention)
    (job,) = queue.calls
    assert (job.image, job.origin, job.channel, job.user) == (IMAGE, "command", CHANNEL, "U0ALICE")
    assert (job.thread_ts, job.response_url) == (mention["ts"], "")
    assert job.is_answered
    (reply,) = queue.talks.values()
    assert isinstance(reply, ReadyAnswer)
    assert reply.text == f"Checking `{IMAGE}`…"


async def test_the_same_event_three_times_is_answered_once(slack: FakeSlack, store: Store) -> None:
    mention = slack_mention(slack, "watch quay.io/acme/app")
    async with asking(slack, store) as sender:
        for retry in range(3):
            assert (await sender.event(mention, event_id="Ev1", retry=retry)).status == 200
        await eventually(lambda: bool(thread(slack, mention)))
        later = sender.mention("list")
        await sender.event(later)
        await eventually(lambda: bool(thread(slack, later)))
    (said,) = thread(slack, mention)
    assert said["text"].startswith("<@U0ALICE> watches")
    assert len(await StoredWatches(store).all()) == 1


async def test_an_event_that_could_not_be_stored_is_delivered_again(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue(away=True)
    async with door(slack, queue, store) as sender:
        mention = sender.mention("help")
        assert (await sender.event(mention, event_id="Ev1")).status == 503
        queue.away = False
        assert (await sender.event(mention, event_id="Ev1", retry=1)).status == 200
    assert len(queue.talks) == 1


@pytest.mark.parametrize("more", [{"bot_id": "B0OTHER"}, {"subtype": "bot_message"}, {"ts": "x"}, {"text": 7}])
async def test_bots_and_what_cannot_be_read_are_not_answered(
    slack: FakeSlack, store: Store, more: dict[str, object]
) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        assert (await sender.event({**sender.mention("help"), **more})).status == 200
    assert not queue.talks


@pytest.mark.parametrize("text", ["&lt;!channel&gt;", "<!channel>", "`x` *y* <https://evil.example|z>", "\u202e" * 99])
async def test_nasty_text_pings_nobody(slack: FakeSlack, store: Store, text: str) -> None:
    """The pretended Slack complains about whatever would."""
    mention = slack_mention(slack, text)
    async with asking(slack, store) as sender:
        await sender.event(mention)
        await eventually(lambda: bool(thread(slack, mention)))


async def test_a_rate_limit_delays_the_answer_and_a_lost_answer_is_not_repeated(slack: FakeSlack, store: Store) -> None:
    first, second = slack_mention(slack, "list"), slack_mention(slack, "help")
    slack.fail("chat.postMessage", Fault.RATE_LIMITED)
    async with asking(slack, store) as sender:
        await sender.event(first)
        await eventually(lambda: bool(thread(slack, first)))
        slack.fail("chat.postMessage", Fault.DROP_AFTER)
        await sender.event(second)
        await eventually(lambda: bool(thread(slack, second)))
    assert [len(thread(slack, one)) for one in (first, second)] == [1, 1]


def slack_mention(slack: FakeSlack, text: str) -> dict[str, Any]:
    ts = slack.space.stamp()
    slack.space.channels[CHANNEL].messages[ts] = {"type": "message", "ts": ts, "user": "U0ALICE", "text": text}
    named = f"<@{slack.space.bot_user}> {text}"
    return {"type": "app_mention", "user": "U0ALICE", "text": named, "ts": ts, "channel": CHANNEL, "event_ts": ts}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("<@U0PROV> check x", "check x"),
        ("hey <@U0PROV> check x", "check x"),
        ("check x <@U0PROV>", "check x"),
        ("<@U0PROV|provenance>", ""),
        ("<@U0PROV>\ncheck\nx", "check\nx"),
        ("<@U0PROV> explain sbom-missing for <@U0BOB>", "explain sbom-missing for"),
    ],
)
def test_the_command_stands_behind_the_name(text: str, asked: str) -> None:
    assert asked_text(text) == asked


@given(st.text(max_size=100))
def test_any_text_is_taken(text: str) -> None:
    assert "\0" not in asked_text(text)
