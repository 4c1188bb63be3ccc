"""What Slack delivers is heard once, by whatever way and however often it comes; what failed comes again."""

import asyncio
import json
from typing import Any

import aiohttp
from msgspec import Struct
from slack_bolt.async_app import AsyncAck, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.web_api import client_for
from bot.store import Store
from bot.store.slack_events import CLAIM_TIME, Claim, SlackEvents
from handlers.slack_app import quiet_app
from handlers.slack_dispatch import Dispatcher
from handlers.slack_envelopes import answer_envelope
from handlers.slack_payload import EnvelopeKind, SocketEnvelope, once_name
from tests.fake_slack import FakeSlack


class Ears(Struct):
    """Listeners that note what they hear, and fail for one text as long as they are told to."""

    dispatcher: Dispatcher
    texts: list[str]
    fails: bool = True


def heard(store: Store, slack: FakeSlack, session: aiohttp.ClientSession) -> Ears:
    app = quiet_app(slack.space.token, "", client_for("", slack.api, session))
    ears = Ears(Dispatcher(app, SlackEvents(store)), [])

    @app.command("/provenance")
    async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
        ears.texts.append(body["text"])
        if body["text"] == "fail":
            raise LookupError
        await ack()

    @app.event("app_mention")
    async def mention(event: dict[str, Any]) -> None:
        await asyncio.sleep(0.01)
        ears.texts.append(event["text"])
        if event["text"] == "fail" and ears.fails:
            raise LookupError

    @app.error
    async def error(error: Exception) -> BoltResponse:
        return BoltResponse(status=503, body=type(error).__name__)

    return ears


def event(name: str) -> SocketEnvelope:
    inner = {"type": "app_mention", "text": name, "user": "U1", "channel": "C1", "ts": "1.0"}
    return SocketEnvelope(
        EnvelopeKind.EVENT,
        f"envelope-{name}",
        {"type": "event_callback", "event_id": f"Ev{name}", "team_id": "T1", "event": inner},
        retry=1,
    )


async def test_an_event_is_heard_once_whatever_way_it_comes_again(
    store: Store, slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    ears = heard(store, slack, session)
    for _ in range(3):
        assert await answer_envelope(ears.dispatcher, event("one")) == {}
    body = json.dumps(dict(event("one").payload or {}))
    over_http = AsyncBoltRequest(body=body, headers={"content-type": "application/json"})
    assert (await ears.dispatcher.dispatch(over_http, is_signed=True)).status == 200
    assert ears.texts == ["one"]


async def test_an_event_that_another_process_has_just_taken_is_not_acknowledged(
    store: Store, slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    """If that process dies, Slack sends it again; by then the claim has ended."""
    ears = heard(store, slack, session)
    events = SlackEvents(store)
    name = once_name(event("two").payload or {})
    assert await events.claim(name) is Claim.OURS
    assert await answer_envelope(ears.dispatcher, event("two")) is None
    assert not ears.texts
    key = store.key("slack", "event", name)
    assert 0 < await store.redis.ttl(key) <= CLAIM_TIME
    await store.redis.delete(key)
    assert await answer_envelope(ears.dispatcher, event("two")) == {}


async def test_a_command_that_failed_is_not_acknowledged_and_may_come_again(
    store: Store, slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    ears = heard(store, slack, session)
    payload = {"command": "/provenance", "text": "fail", "trigger_id": "t.1", "team_id": "T1", "user_id": "U1"}
    envelope = SocketEnvelope(EnvelopeKind.COMMAND, "e", payload)
    assert await answer_envelope(ears.dispatcher, envelope) is None
    assert await answer_envelope(ears.dispatcher, envelope) is None
    assert ears.texts == ["fail", "fail"]


async def test_an_event_whose_listener_failed_is_not_acknowledged_and_heard_again(
    store: Store, slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    """Bolt by itself acknowledges an event before anybody has heard it."""
    ears = heard(store, slack, session)
    assert await answer_envelope(ears.dispatcher, event("fail")) is None
    ears.fails = False
    assert await answer_envelope(ears.dispatcher, event("fail")) == {}
    assert await answer_envelope(ears.dispatcher, event("fail")) == {}
    assert ears.texts == ["fail", "fail"]
