"""Slack behind the operator's proxy: calls, files, answers to one person and the socket all go through it."""

import logging
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.oci.wire.outbound import of_operator
from bot.slack.ephemeral import Ephemeral
from bot.slack.files import upload
from bot.slack.socket_address import socket_address
from bot.slack.transport import OutgoingMessage, Posted, RetryLater
from bot.slack.web_api import SlackTransport, client_for, session_for_slack
from bot.store import Store
from handlers.slack_link import Link
from handlers.slack_payload import SocketEnvelope
from tests.fake_proxy import FakeProxy
from tests.fake_slack import FakeSlack
from tests.self_signed import self_signed
from tests.slack.parts import CHANNEL

PLACE = "slack.example:8080"
LOGIN = "me:s3cret"
BLOCK = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
LETTER = OutgoingMessage(
    channel=CHANNEL, text="hello", blocks=(BLOCK,), metadata={"event_type": "x", "event_payload": {}}
)


@pytest.fixture
async def proxy(slack: FakeSlack) -> AsyncIterator[FakeProxy]:
    """The only one that knows where Slack is."""
    async with FakeProxy(names={PLACE: slack.url.removeprefix("http://")}, login=LOGIN) as proxy:
        slack.url = f"http://{PLACE}"
        yield proxy


async def _nothing(_: SocketEnvelope) -> None:
    return None


async def test_all_that_is_said_to_slack_goes_through_it(
    slack: FakeSlack, proxy: FakeProxy, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What the library reads of HTTPS_PROXY by itself does not count."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    async with session_for_slack(of_operator(f"http://{LOGIN}@{proxy.host}")) as session:
        client = client_for(slack.space.token, slack.api, session)
        posted = await SlackTransport(client).post(LETTER)
        assert isinstance(posted, Posted)
        assert isinstance(await upload(client, CHANNEL, posted.ts, name="fix.diff", text="+ x"), Posted)
        ephemeral = Ephemeral(store, session, slack.api)
        assert await ephemeral.say(slack.response_url(CHANNEL), "only you", once="1")
        address = await socket_address(client, slack.sockets.token)
        assert isinstance(address, str)
        link = await Link.opened(session, address, _nothing)
        await link.close(within=1.0)
    assert proxy.asked, "and nobody else knows the name"
    assert "s3cret" not in caplog.text


async def test_a_server_ignores_the_variables_that_the_library_reads(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FakeProxy() as other, session_for_slack(None) as session:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{other.host}")
        assert isinstance(await SlackTransport(client_for(slack.space.token, slack.api, session)).post(LETTER), Posted)
        assert other.asked == []


@pytest.mark.parametrize("value", ["http://me:s3c[ret@proxy.corp:3128", "http://me:s3cret@proxy.corp:port"])
async def test_nor_do_they_count_where_they_hold_no_address(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """InvalidURL was raised, with the password in it, and each post was unconfirmed, for good."""
    monkeypatch.setenv("HTTPS_PROXY", value)
    async with session_for_slack(None) as session:
        client = client_for(slack.space.token, slack.api, session)
        posted = await SlackTransport(client).post(LETTER)
        assert isinstance(posted, Posted)
        assert isinstance(await upload(client, CHANNEL, posted.ts, name="fix.diff", text="+ x"), Posted)


async def test_a_host_that_needs_no_proxy_is_called_without(slack: FakeSlack) -> None:
    async with FakeProxy() as other, session_for_slack(of_operator(other.host)) as session:
        assert isinstance(await SlackTransport(client_for(slack.space.token, slack.api, session)).post(LETTER), Posted)
        assert other.asked == []


@pytest.mark.parametrize(
    ("api", "login", "status", "said"),
    [
        ("https://slack.example/api/", "me:other", 200, "answered 407"),
        ("https://slack.example/api/", "", 403, "answered 403"),
        (f"http://{PLACE}/api/", "me:other", 200, "answered 407"),
    ],
)
async def test_what_an_unwilling_proxy_did_not_pass_on_was_not_posted(
    api: str, login: str, status: int, said: str
) -> None:
    """So it is posted later, without a search for a lost answer."""
    async with FakeProxy(login=login, status=status) as proxy:
        async with session_for_slack(of_operator(f"http://{LOGIN}@{proxy.host}")) as session:
            answer = await SlackTransport(client_for("xoxb-1", api, session)).post(LETTER)
        assert isinstance(answer, RetryLater)
        assert said in answer.why
        assert "s3cret" not in str(answer)
    async with session_for_slack(of_operator("http://me:s3cret@127.0.0.1:1")) as session:
        away = await SlackTransport(client_for("xoxb-1", api, session)).post(LETTER)
    assert away == RetryLater(15.0, "Slack could not be reached, because the proxy could not (PROVENANCE_PROXY)")


async def test_the_socket_is_a_tunnel_with_tls_to_slack_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = self_signed(tmp_path / "certificate.pem", ["wss.slack.example"])
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_tls.load_cert_chain(certificate)
    trusted = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusted)

    async def greet(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello"})
        await socket.receive()
        return socket

    app = web.Application()
    app.router.add_get("/link", greet)
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=server_tls)
    async with server, FakeProxy(login=LOGIN) as proxy:
        proxy.names["wss.slack.example:443"] = f"127.0.0.1:{server.port}"
        async with session_for_slack(of_operator(f"http://{LOGIN}@{proxy.host}")) as session:
            link = await Link.opened(session, "wss://wss.slack.example/link", _nothing)
            await link.close(within=1.0)
    assert proxy.asked == ["CONNECT wss.slack.example:443 HTTP/1.1"]
