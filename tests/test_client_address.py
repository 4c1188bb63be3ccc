"""Whose request it is: what a trusted proxy has seen, and nothing that a stranger writes."""

import logging

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from multidict import CIMultiDict
from structlog.testing import capture_logs

from bot.errors import SettingsError
from bot.settings_source import load
from handlers.access_log import AccessLog
from handlers.client_address import HOPS_MAX, Proxies, Visit, network_of
from handlers.forwarded import TEXT_MAX

TRUSTED = ("127.0.0.1", "10.0.0.0/8", "fd00::/8")


def client(remote: str, *values: str, name: str = "x-forwarded-for", sent_as: str = "") -> str:
    headers = CIMultiDict([(sent_as or name, value) for value in values])
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote)
    return Proxies(TRUSTED, name).client_of(request)


@pytest.mark.parametrize(
    ("remote", "values", "seen"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),  # no proxy of ours: anybody may write that
        ("127.0.0.1", (), "127.0.0.1"),
        ("127.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("127.0.0.1", ("192.0.2.7, 198.51.100.1",), "198.51.100.1"),  # the left one is made up
        ("127.0.0.1", ("192.0.2.7", "198.51.100.1"), "198.51.100.1"),  # in two headers
        ("127.0.0.1", ("192.0.2.7, 198.51.100.1, 10.1.2.3",), "198.51.100.1"),  # through two proxies
        ("127.0.0.1", ("10.1.2.3, 10.1.2.4",), "10.1.2.3"),
        ("127.0.0.1", ("198.51.100.1:4711",), "198.51.100.1"),
        ("127.0.0.1", ("[2001:db8::1]:4711",), "2001:db8::1"),
        ("127.0.0.1", ("2001:db8::1",), "2001:db8::1"),
        ("127.0.0.1", ("::ffff:198.51.100.1",), "198.51.100.1"),
        ("::ffff:127.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("fd00::1", ("198.51.100.1",), "198.51.100.1"),
        ("127.0.0.1", ("198.51.100.1, unknown",), "127.0.0.1"),
        ("127.0.0.1", ("198.51.100.1,",), "127.0.0.1"),
        ("127.0.0.1", ("",), "127.0.0.1"),
        ("", ("198.51.100.1",), ""),
    ],
)
def test_it_is_read_from_right_to_left_through_our_proxies(remote: str, values: tuple[str, ...], seen: str) -> None:
    assert client(remote, *values) == seen


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("for=198.51.100.1", "198.51.100.1"),
        ('for=192.0.2.7, For="[2001:db8::1]:4711";proto=https;by=203.0.113.43', "2001:db8::1"),
        ("proto=http; by=203.0.113.43; for=198.51.100.1", "198.51.100.1"),
        ('for=192.0.2.7, by="a, for=192.0.2.8";for=198.51.100.1', "198.51.100.1"),
        ("for=198.51.100.1, for=unknown", "127.0.0.1"),
        ("for=198.51.100.1, for=_hidden", "127.0.0.1"),
        ("198.51.100.1", "127.0.0.1"),
        ("xfor=198.51.100.1", "127.0.0.1"),
    ],
)
def test_the_standard_header(value: str, seen: str) -> None:
    assert client("127.0.0.1", value, name="forwarded") == seen


def visit(remote: str, family: str = "x-forwarded-for", **headers: str) -> Visit:
    """What is found when these headers come from there; `x_forwarded_proto` is X-Forwarded-Proto."""
    sent = CIMultiDict((name.replace("_", "-"), value) for name, value in headers.items())
    request = make_mocked_request("GET", "/", headers=sent).clone(remote=remote)
    return Proxies(TRUSTED, family).visit(request)


ALL = {"x_forwarded_proto": "https", "x_forwarded_host": "bot.example:8443", "x_forwarded_prefix": "/provenance/"}


def test_the_address_that_the_visitor_sees() -> None:
    found = visit("127.0.0.1", x_forwarded_for="198.51.100.1", **ALL)
    assert found == Visit("198.51.100.1", is_secure=True, origin="https://bot.example:8443", prefix="/provenance")
    standard = 'for="[2001:db8::1]:4711";proto=https;host="bot.example:8443"'
    found = visit("127.0.0.1", "forwarded", forwarded=standard, **ALL)
    assert found == Visit("2001:db8::1", is_secure=True, origin="https://bot.example:8443")


def test_nobody_else_says_it() -> None:
    assert visit("203.0.113.9", x_forwarded_for="198.51.100.1", **ALL) == Visit("203.0.113.9")
    standard = "for=198.51.100.1;proto=https;host=bot.example"
    assert visit("203.0.113.9", "forwarded", forwarded=standard) == Visit("203.0.113.9")
    assert visit("127.0.0.1", "forwarded", **ALL) == Visit("127.0.0.1"), "that family is not the one that it writes"


@pytest.mark.parametrize(
    ("clients", "protos", "hosts", "seen"),
    [
        ("192.0.2.7, 198.51.100.1", "https, http", "evil.example, bot.example", "http://bot.example"),  # a spoofed hop
        ("198.51.100.1, 10.1.2.3", "https, http", "bot.example, inner", "https://bot.example"),  # two proxies of ours
        ("192.0.2.7, 198.51.100.1, 10.1.2.3", "http, https, http", "evil, bot.example, inner", "https://bot.example"),
        ("198.51.100.1, 10.1.2.3", "https", "bot.example", "https://bot.example"),  # only the outer one wrote it
        ("198.51.100.1", "https", "bot.example/evil", ""),
        ("198.51.100.1", "https", 'bot.example" onclick="', ""),
        ("198.51.100.1", "javascript", "bot.example", "http://bot.example"),
        ("198.51.100.1", "HTTPS", "[2001:db8::5]:8443", "https://[2001:db8::5]:8443"),
        ("198.51.100.1", "https", "user@bot.example", ""),
    ],
)
def test_each_word_is_of_the_proxy_that_saw_the_client(clients: str, protos: str, hosts: str, seen: str) -> None:
    told = {"x_forwarded_for": clients, "x_forwarded_proto": protos, "x_forwarded_host": hosts}
    assert visit("127.0.0.1", **told).origin == seen


@pytest.mark.parametrize(
    "prefix", ["provenance", "//evil.example", "/a/../b", "/a b", '/"', "/" + "a" * 65, "/a//b", "/"]
)
def test_what_is_not_a_path_is_not_put_in_front(prefix: str) -> None:
    assert not visit("127.0.0.1", x_forwarded_for="198.51.100.1", x_forwarded_prefix=prefix).prefix


def test_only_the_header_that_the_proxy_writes_is_read() -> None:
    """A proxy that writes the one hands the other on as the client has sent it."""
    assert client("127.0.0.1", "for=192.0.2.7", sent_as="forwarded") == "127.0.0.1"
    assert client("127.0.0.1", "192.0.2.7", name="forwarded", sent_as="x-forwarded-for") == "127.0.0.1"


def test_a_long_list_is_read_at_its_right_end() -> None:
    assert client("127.0.0.1", *["1.1.1.1"] * TEXT_MAX, "198.51.100.1") == "198.51.100.1"
    assert client("127.0.0.1", "198.51.100.1", *["10.0.0.1"] * HOPS_MAX) == "10.0.0.1"
    assert client("127.0.0.1", *['"\\"' * 2700] * 100, name="forwarded") == "127.0.0.1"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("198.51.100.1", "198.51.100.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:198.51.100.1", "198.51.100.1", True),
        ("::ffff:198.51.100.1", "::ffff:198.51.100.2", False),
    ],
)
def test_who_counts_as_one(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert (network_of(one) == network_of(other)) is same


@pytest.mark.parametrize("value", ['["proxy.corp"]', '["10.0.0.1/8"]', '["*"]', '"10.0.0.1"'])
def test_proxies_are_named_by_address(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_FORWARDED", value)
    with pytest.raises(SettingsError, match="PROVENANCE_FORWARDED"):
        load()


async def test_the_log_names_the_client_and_not_the_proxy() -> None:
    proxies = Proxies(TRUSTED, "x-forwarded-for")
    logger = AccessLog(logging.getLogger("access"), "")

    async def answered(request: web.Request) -> web.StreamResponse:
        response = web.Response()
        logger.log(request, response, 0.1)
        return response

    app = web.Application(middlewares=[proxies.seen])
    app.router.add_get("/", answered)
    async with TestClient(TestServer(app)) as client:
        with capture_logs() as logs:
            await client.get("/", headers={"X-Forwarded-For": "192.0.2.7, 198.51.100.1"})
            await client.get("/")
    assert [line["remote"] for line in logs] == ["198.51.100.1", "127.0.0.1"]
