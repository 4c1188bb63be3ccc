"""Socket Mode: the same listeners through a link that we open, and nothing lost when links change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from structlog.testing import capture_logs

from bot.intake.job import CheckJob, WorkQueue
from bot.slack.socket_address import socket_address
from bot.slack.transport import Refused, RetryLater
from bot.slack.web_api import client_for
from bot.store import Store
from handlers.slack import mount
from handlers.slack_link import ENVELOPE_MAX
from handlers.slack_payload import SocketEnvelope
from handlers.slack_socket import SocketMode
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack, Sender
from tests.fake_slack.faults import Fault
from tests.slack.door import settings_for
from tests.slack.parts import IMAGE
from tests.waiting import PATIENCE


@asynccontextmanager
async def bot(slack: FakeSlack, queue: WorkQueue, store: Store) -> AsyncIterator[None]:
    """A web process with Socket Mode and no address for Slack."""
    app = web.Application()
    settings = settings_for(slack, slack_app_token=slack.sockets.token, slack_signing_secret=None)
    assert mount(app, settings, queue, store)
    assert not list(app.router.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


def typed(person: Sender, text: str) -> dict[str, str]:
    """The payload of a command."""
    return dict(parse_qsl(person.command_request(text).body.decode()))


async def test_a_command_through_the_socket_is_answered_as_over_http(
    slack: FakeSlack, queue: FakeQueue, store: Store, person: Sender
) -> None:
    async with bot(slack, queue, store):
        (link,) = await slack.sockets.connected()
        name = await slack.sockets.send(link, "slash_commands", typed(person, f"check {IMAGE}"))
        answer = await link.answer(name)
    assert answer == {
        "envelope_id": name,
        "payload": {"response_type": "ephemeral", "text": f"Checking `{IMAGE}`…"},
    }
    assert queue.images == [IMAGE]
    assert not slack.sockets.links


async def test_a_command_that_comes_through_the_links_of_two_processes_is_done_once(
    slack: FakeSlack, queue: FakeQueue, store: Store, person: Sender
) -> None:
    async with bot(slack, queue, store), bot(slack, queue, store):
        links = await slack.sockets.connected(2)
        payload = typed(person, f"check {IMAGE}")
        for link in links:
            await slack.sockets.send(link, "slash_commands", payload, id_="the-same")
        await asyncio.wait(
            [asyncio.create_task(link.answer("the-same")) for link in links], return_when=asyncio.FIRST_COMPLETED
        )
        late = [await slack.sockets.send(link, "slash_commands", payload) for link in links]
        assert [await link.answer(name) for link, name in zip(links, late, strict=True)] == [
            {"envelope_id": name} for name in late
        ]
    assert len(queue.calls) == 1
    said = [link.answers["the-same"].get("payload", {}).get("text") for link in links if "the-same" in link.answers]
    assert said[0] == f"Checking `{IMAGE}`…" or said[1:] == [f"Checking `{IMAGE}`…"]


async def test_before_a_link_is_closed_the_next_one_is_open_and_nothing_is_lost(
    slack: FakeSlack, queue: FakeQueue, store: Store, person: Sender
) -> None:
    async with bot(slack, queue, store):
        (old,) = await slack.sockets.connected()
        await old.disconnect("warning")
        both = await slack.sockets.connected(2)
        (new,) = [link for link in both if link is not old]
        for link in (old, new):
            name = await slack.sockets.send(link, "slash_commands", typed(person, f"check {IMAGE}"))
            assert await link.answer(name)
        await old.socket.close()
        await slack.sockets.connected(1)
    assert len(queue.calls) == 2


async def test_a_link_that_breaks_is_replaced(slack: FakeSlack, queue: FakeQueue, store: Store) -> None:
    async with bot(slack, queue, store):
        (link,) = await slack.sockets.connected()
        transport = link.socket._req.transport if link.socket._req else None
        assert transport
        transport.abort()
        await slack.sockets.connected(0)
        (new,) = await slack.sockets.connected()
        assert new is not link
    assert slack.sockets.opened == 2


async def test_an_address_that_became_too_old_is_not_tried_again(
    slack: FakeSlack, queue: FakeQueue, store: Store
) -> None:
    """slack_sdk's own client repeats it for ever."""
    slack.sockets.spoil = 1
    async with bot(slack, queue, store):
        await slack.sockets.connected()
    assert slack.sockets.opened == 2


async def test_an_envelope_that_is_too_long_or_garbage_is_not_handled(
    slack: FakeSlack, queue: FakeQueue, store: Store, person: Sender
) -> None:
    async with bot(slack, queue, store):
        (link,) = await slack.sockets.connected()
        for text in ("{bad", "[1]", "null", "[" * 100_000, '{"type":"odd"}', '{"type":["events_api"]}', ""):
            await link.socket.send_str(text)
        for broken in (list[int]([1]), None, "text", 7):
            await slack.sockets.send(link, "slash_commands", broken)
        await link.socket.send_bytes(b"\xff")
        name = await slack.sockets.send(link, "slash_commands", typed(person, "help"))
        assert await link.answer(name)
        assert list(link.answers) == [name]
        await slack.sockets.send(link, "slash_commands", typed(person, f"check {IMAGE}") | {"x": "x" * ENVELOPE_MAX})
        await slack.sockets.connected(0)
        await slack.sockets.connected(1)
    assert not queue.calls


async def test_what_was_taken_is_answered_before_the_process_stops(
    slack: FakeSlack, store: Store, person: Sender
) -> None:
    taken, go = asyncio.Event(), asyncio.Event()

    class Slow(FakeQueue):
        async def enqueue(
            self, job: CheckJob, *, key: str, delivery: str = "", delay: float = 0.0, is_announced: bool = False
        ) -> bool:
            taken.set()
            await go.wait()
            return await super().enqueue(job, key=key, delivery=delivery, delay=delay, is_announced=is_announced)

    queue = Slow()
    stopping = bot(slack, queue, store)
    await stopping.__aenter__()
    (link,) = await slack.sockets.connected()
    name = await slack.sockets.send(link, "slash_commands", typed(person, f"check {IMAGE}"))
    await taken.wait()
    ending = asyncio.create_task(stopping.__aexit__(None, None, None))
    await asyncio.sleep(0)
    go.set()
    await ending
    assert name in link.answers
    assert queue.images == [IMAGE]


async def told_of(slack: FakeSlack, token: str, session: aiohttp.ClientSession) -> RetryLater | Refused | None:
    """The first thing that is told of a socket."""
    stop, told = asyncio.Event(), []

    async def tell(state: RetryLater | Refused | None) -> None:
        told.append(state)
        stop.set()

    async def receive(_: SocketEnvelope) -> dict[str, Any] | None:
        return {}

    address = partial(socket_address, client_for("", slack.api, session), token)
    await asyncio.wait_for(SocketMode(session, address, receive, tell, pauses=(0.01,)).run(stop), PATIENCE)
    return told[0]


async def test_a_refused_app_token_is_told_with_slacks_code_and_never_logged(
    slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    with capture_logs() as logs:
        assert await told_of(slack, "xapp-of-somebody-else", session) == Refused("invalid_auth")
    assert "xapp-of-somebody-else" not in str(logs)
    slack.sockets.refuses = "app_level_token_not_enabled"
    assert await told_of(slack, slack.sockets.token, session) == Refused("app_level_token_not_enabled")


async def test_a_slack_that_does_not_answer_or_not_as_it_should_is_tried_again_later(
    slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    for fault in (Fault.SERVER_ERROR, Fault.BROKEN_JSON, Fault.DROP_BEFORE, Fault.HTML):
        slack.fail("apps.connections.open", fault)
        assert isinstance(await told_of(slack, slack.sockets.token, session), RetryLater), fault
    slack.fail("apps.connections.open", Fault.RATE_LIMITED, retry_after="7")
    limited = await told_of(slack, slack.sockets.token, session)
    assert isinstance(limited, RetryLater)
    assert limited.seconds >= 7


async def test_an_event_that_nobody_listens_to_is_acknowledged(
    slack: FakeSlack, queue: FakeQueue, store: Store
) -> None:
    async with bot(slack, queue, store):
        (link,) = await slack.sockets.connected()
        inner = {"type": "message", "text": "hi", "user": "U1", "channel": "C1", "ts": "1.0"}
        payload = {"type": "event_callback", "event_id": "Ev9", "team_id": "T1", "event": inner}
        name = await slack.sockets.send(link, "events_api", payload)
        assert await link.answer(name) == {"envelope_id": name}


class Downgraded(AsyncWebClient):
    """Somebody in the middle answers with the address of a link without TLS."""

    async def apps_connections_open(self, *, app_token: str, **_: object) -> AsyncSlackResponse:
        del app_token
        answer = {"ok": True, "url": "ws://elsewhere.example/link"}
        return AsyncSlackResponse(
            client=self, http_verb="POST", api_url="", req_args={}, data=answer, headers={}, status_code=200
        )


async def test_a_link_without_tls_is_not_opened_where_slacks_api_has_tls() -> None:
    assert isinstance(await socket_address(Downgraded(base_url="https://slack.com/api/"), "xapp-1"), RetryLater)
    address = await socket_address(Downgraded(base_url="http://127.0.0.1/api/"), "xapp-1")
    assert address == "ws://elsewhere.example/link"
