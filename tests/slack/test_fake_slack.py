"""The pretended Slack is strict: what the real one refuses, it refuses, and it says where."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fake_slack import FakeSlack, Fault, Sender
from tests.fake_slack.guard import broken
from tests.fake_slack.limits import problems
from tests.slack.parts import CHANNEL

PLAIN: dict[str, Any] = {"type": "plain_text", "text": "x"}
MRKDWN: dict[str, Any] = {"type": "mrkdwn", "text": "x"}
BUTTON: dict[str, Any] = {"type": "button", "action_id": "a", "text": PLAIN}
OPTION: dict[str, Any] = {"text": PLAIN, "value": "v"}


def section(text: str = "x", **more: object) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


GOOD: list[dict[str, Any]] = [
    section("x" * 3000),
    {"type": "header", "text": {"type": "plain_text", "text": "x" * 150}},
    {"type": "context", "elements": [MRKDWN] * 10},
    {"type": "actions", "elements": [{**BUTTON, "action_id": f"a{n}"} for n in range(25)]},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
    {"type": "divider"},
]

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "section too long": (section("x" * 3001), "/0/text/text"),
    "section empty": (section(""), "/0/text/text"),
    "section without text": ({"type": "section"}, "/0"),
    "field too long": ({"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}, "/0/fields/0/text"),
    "eleven fields": ({"type": "section", "fields": [MRKDWN] * 11}, "/0/fields"),
    "header of mrkdwn": ({"type": "header", "text": MRKDWN}, "/0/text"),
    "header too long": ({"type": "header", "text": {**PLAIN, "text": "x" * 151}}, "/0/text/text"),
    "eleven in context": ({"type": "context", "elements": [MRKDWN] * 11}, "/0/elements"),
    "the same action twice": ({"type": "actions", "elements": [BUTTON, BUTTON]}, "/0/elements"),
    "button without id": ({"type": "actions", "elements": [{"type": "button", "text": PLAIN}]}, "/0/elements/0"),
    "button value": ({"type": "actions", "elements": [{**BUTTON, "value": "x" * 2001}]}, "/0/elements/0/value"),
    "button address": ({"type": "actions", "elements": [{**BUTTON, "url": "nowhere"}]}, "/0/elements/0/url"),
    "six in overflow": (
        section(accessory={"type": "overflow", "action_id": "a", "options": [OPTION] * 6}),
        "/0/accessory/options",
    ),
    "option value": (
        section(accessory={"type": "overflow", "action_id": "a", "options": [{**OPTION, "value": "x" * 151}]}),
        "/0/accessory/options/0/value",
    ),
    "unknown key": (section(colour="red"), "/0"),
    "unknown block": ({"type": "alert"}, "/0"),
    "empty rich text": ({"type": "rich_text", "elements": []}, "/0/elements"),
    "block id": (section(block_id="x" * 256), "/0/block_id"),
}


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def lenient() -> AsyncIterator[FakeSlack]:
    """One that is asked for bad things on purpose."""
    async with FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        slack.channel("C0ELSE", "elsewhere", is_member=False)
        yield slack
        slack.complaints.clear()


class Caller:
    def __init__(self, slack: FakeSlack, session: aiohttp.ClientSession) -> None:
        self._slack = slack
        self._session = session

    async def __call__(self, method: str, token: str = "", **args: object) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token or self._slack.space.token}"}
        async with self._session.post(self._slack.api + method, json=args, headers=headers) as answer:
            return dict(await answer.json())


@pytest.fixture
def call(lenient: FakeSlack, session: aiohttp.ClientSession) -> Caller:
    return Caller(lenient, session)


def test_good_blocks_are_taken() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize("name", BAD)
def test_bad_blocks_are_refused_with_a_pointer(name: str) -> None:
    block, pointer = BAD[name]
    assert any(f"json-pointer:/blocks{pointer}]" in problem for problem in problems([block])), problems([block])


def test_lists_of_blocks_are_refused_as_a_whole() -> None:
    for blocks in ([], [section()] * 51, "blocks"):
        assert problems(blocks)
    assert "duplicate block_id same" in problems([section(block_id="same"), section(block_id="same")])[0]


@pytest.mark.parametrize("text", ["<!channel>", "<!here>", "a <b", "<https://x> <http://y>", "<#c>", "<!subteam^X>"])
def test_what_is_not_escaped_is_found(text: str) -> None:
    assert broken(text, [])
    assert broken("", [section(text)])
    assert not broken("", [{"type": "header", "text": {"type": "plain_text", "text": text}}])


async def test_who_may_not_is_told_why(call: Caller, lenient: FakeSlack) -> None:
    said = {"channel": CHANNEL, "text": "x"}
    assert (await call("chat.postMessage", "xoxb-wrong", **said))["error"] == "invalid_auth"
    assert (await call("chat.postMessage", channel="C0NOWHERE", text="x"))["error"] == "channel_not_found"
    assert (await call("chat.postMessage", channel="C0ELSE", text="x"))["error"] == "not_in_channel"
    assert (await call("chat.postMessage", **said, thread_ts="1.2"))["error"] == "thread_not_found"
    assert (await call("chat.update", **said, ts="1.2"))["error"] == "message_not_found"
    assert (await call("chat.no_progress"))["error"] == "unknown_method"
    lenient.space.channels[CHANNEL].is_archived = True
    assert (await call("chat.postMessage", **said))["error"] == "is_archived"
    lenient.space.scopes.clear()
    refused = await call("chat.postMessage", **said)
    assert (refused["error"], refused["needed"]) == ("missing_scope", "chat:write")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [section("x" * 2900)] * 4}, "msg_blocks_too_long"),
        ({"text": "x", "blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"text": "<!channel>"}, "fake_slack_unescaped"),
        ({"text": "x", "colour": "red"}, "invalid_arguments"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "x" * 51, "event_payload": {}}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "x", "event_payload": {"a": ["b"]}}}, "invalid_metadata_schema"),
        ({"text": "x", "metadata": {"event_type": "x", "event_payload": {"a": "b" * 9000}}}, "metadata_too_large"),
    ],
)
async def test_what_may_not_be_said_is_refused(call: Caller, said: dict[str, Any], error: str) -> None:
    assert (await call("chat.postMessage", channel=CHANNEL, **said))["error"] == error


async def test_a_rich_text_block_cannot_be_taken_away(call: Caller) -> None:
    ts = (await call("chat.postMessage", channel=CHANNEL, text="x", blocks=GOOD[4:5]))["ts"]
    assert (await call("chat.update", channel=CHANNEL, ts=ts, text="x", blocks=[section()]))[
        "error"
    ] == "block_mismatch"


async def test_history_tells_metadata_when_asked_and_pages(call: Caller) -> None:
    metadata = {"event_type": "e", "event_payload": {"n": 1}}
    stamps = [(await call("chat.postMessage", channel=CHANNEL, text="x", metadata=metadata))["ts"] for _ in range(3)]
    await call("chat.postMessage", channel=CHANNEL, text="reply", thread_ts=stamps[0])
    page = await call("conversations.history", channel=CHANNEL, limit=2)
    assert [message["ts"] for message in page["messages"]] == stamps[:0:-1]
    assert "metadata" not in page["messages"][0]
    cursor = page["response_metadata"]["next_cursor"]
    rest = await call("conversations.history", channel=CHANNEL, limit=2, cursor=cursor, include_all_metadata=True)
    assert rest["messages"][0]["metadata"] == metadata
    newer = await call("conversations.history", channel=CHANNEL, oldest=stamps[1])
    assert [message["ts"] for message in newer["messages"]] == [stamps[2]]
    replies = await call("conversations.replies", channel=CHANNEL, ts=stamps[0])
    assert [message["text"] for message in replies["messages"]] == ["x", "reply"]


async def test_a_trigger_opens_one_view_and_only_while_it_is_fresh(call: Caller, lenient: FakeSlack) -> None:
    view = {"type": "modal", "title": PLAIN, "blocks": [section()]}
    lenient.space.triggers.update(fresh=lenient.space.now(), old=lenient.space.now() - 4)
    assert (await call("views.open", trigger_id="fresh", view=view))["ok"]
    assert (await call("views.open", trigger_id="fresh", view=view))["error"] == "exchanged_trigger_id"
    assert (await call("views.open", trigger_id="old", view=view))["error"] == "expired_trigger_id"
    assert (await call("views.open", trigger_id="none", view=view))["error"] == "invalid_trigger_id"


async def test_a_response_url_has_five_uses_and_half_an_hour(
    lenient: FakeSlack, session: aiohttp.ClientSession
) -> None:
    url = lenient.response_url(CHANNEL)
    statuses = []
    for _ in range(6):
        async with session.post(url, json={"text": "x"}) as answer:
            statuses.append(answer.status)
    assert statuses == [200] * 5 + [404]
    assert lenient.space.responses["r0"].got[0]["response_type"] == "ephemeral"
    lenient.space.responses["r0"].made -= 3600
    async with session.post(url, json={"text": "x"}) as answer:
        assert await answer.text() == "expired_url"


async def test_faults_come_as_often_as_planned(
    call: Caller, lenient: FakeSlack, session: aiohttp.ClientSession
) -> None:
    lenient.fail("auth.test", Fault.DROP_BEFORE)
    lenient.fail("auth.test", Fault.REFUSED, code="fatal_error")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await call("auth.test")
    assert (await call("auth.test"))["error"] == "fatal_error"
    assert (await call("auth.test"))["ok"]
    lenient.fail("chat.postMessage", Fault.DROP_AFTER)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await call("chat.postMessage", channel=CHANNEL, text="x")
    assert len(lenient.parents(CHANNEL)) == 1
    lenient.fail("auth.test", Fault.RATE_LIMITED, retry_after="9")
    async with session.post(lenient.api + "auth.test") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "9")


async def test_only_a_button_that_is_there_can_be_pressed(lenient: FakeSlack, session: aiohttp.ClientSession) -> None:
    sender = Sender.to("http://127.0.0.1:1/", lenient, session)
    with pytest.raises(KeyError):
        await sender.press({"ts": "1.2", "blocks": [section()]}, "check.rerun")


async def test_it_fails_the_test_that_made_it_complain() -> None:
    async def say_nothing() -> None:
        async with FakeSlack() as slack, aiohttp.ClientSession() as session:
            slack.channel(CHANNEL, "releases")
            await Caller(slack, session)("chat.postMessage", channel=CHANNEL, text="")

    with pytest.raises(AssertionError, match="no_text"):
        await say_nothing()
