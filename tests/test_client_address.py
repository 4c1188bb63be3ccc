"""Whose request it is: what a trusted proxy has seen, and nothing that a stranger writes."""

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from bot.settings import Settings
from handlers.client_address import HOPS_MAX, TEXT_MAX, Proxies, network_of

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
    with pytest.raises(ValueError, match="forwarded"):
        Settings()
