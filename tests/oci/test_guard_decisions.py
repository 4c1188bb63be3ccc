"""The guard asked directly: which URL a request may go to, and for which address there is a socket."""

import socket
from typing import Any

import pytest
from yarl import URL

from bot.errors import ForbiddenAddressError
from bot.oci.guard import Guard
from bot.oci.options import RegistryOptions

REGISTRY = "registry.example"
ITS_OWN = URL("https://registry.example/v2/")


def may_go(guard: Guard, url: str, led_by: URL | None = None) -> None:
    with guard.dialling(REGISTRY, URL(url), led_by=led_by):
        pass


def refusal(guard: Guard, url: str, led_by: URL | None = None) -> ForbiddenAddressError:
    with pytest.raises(ForbiddenAddressError) as caught:
        may_go(guard, url, led_by)
    return caught.value


def answer(address: str, family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM) -> tuple[Any, ...]:
    """What the resolver says of a name."""
    return family, kind, socket.IPPROTO_TCP, "", (address, 443)


@pytest.mark.parametrize("url", ["https://user@registry.example/", "ftp://registry.example/", "https:///v2/"])
def test_only_plain_web_addresses(url: str) -> None:
    error = refusal(Guard(RegistryOptions()), url)
    assert str(error).endswith("something that is not a plain web address")
    assert error.host == REGISTRY


def test_who_led_there_is_told_and_nobody_else() -> None:
    guard = Guard(RegistryOptions())
    assert str(refusal(guard, "https://other.example:1/", ITS_OWN)).startswith("registry.example led to other.")
    assert str(refusal(guard, "https://registry.example:1/")).startswith(
        "registry.example leads to registry.example:1, "
    )


@pytest.mark.parametrize("url", ["https://registry.example:8443/", "https://registry.example:80/"])
def test_a_server_asks_other_ports_only_where_they_are_listed(url: str) -> None:
    refusal(Guard(RegistryOptions()), url)
    may_go(Guard(RegistryOptions(local=True)), url)
    place = url.removeprefix("https://").strip("/")
    may_go(Guard(RegistryOptions(private_hosts=(place,))), url)
    may_go(Guard(RegistryOptions(insecure_hosts=(place,))), url)


def test_where_the_operators_own_tables_lead_is_listed() -> None:
    realms = {REGISTRY: "https://tokens.example:8443/token"}
    mirrors = {REGISTRY: "mirror.example:5443/cache/of/hub", "quay.io": "copy.example:6443"}
    guard = Guard(RegistryOptions(realms=realms, mirrors=mirrors))
    for place in ("tokens.example:8443", "mirror.example:5443", "copy.example:6443"):
        may_go(guard, f"https://{place}/", ITS_OWN)
    for place in ("tokens.example:5443", "mirror.example:8443", "copy.example:5443"):
        refusal(guard, f"https://{place}/", ITS_OWN)


def test_plain_http_is_decided_by_the_address() -> None:
    guard, url = Guard(RegistryOptions()), URL("http://registry.example:5000/")
    with pytest.raises(ForbiddenAddressError, match="plain HTTP"), guard.dialling(REGISTRY, url):
        guard.open_socket(answer("93.184.215.14"))


def dial(guard: Guard, address: str) -> None:
    """As aiohttp does: the socket is refused, and the request fails with an error of the operating system."""
    with guard.dialling(REGISTRY, ITS_OWN):
        with pytest.raises(PermissionError, match=r"at 10\.0\.0\.1, a private address"):
            guard.open_socket(answer(address))
        raise OSError


def test_the_refused_address_is_told() -> None:
    with pytest.raises(ForbiddenAddressError) as caught:
        dial(Guard(RegistryOptions()), "10.0.0.1")
    assert str(caught.value).startswith(
        "registry.example leads to registry.example:443, which is at 10.0.0.1, a private address; "
    )
    assert caught.value.host == REGISTRY


@pytest.mark.parametrize(
    ("family", "kind", "address"),
    [(socket.AF_INET, socket.SOCK_STREAM, "93.184.215.14"), (socket.AF_INET6, socket.SOCK_DGRAM, "2606:2800:220::1")],
)
def test_the_socket_is_of_the_resolved_kind(family: int, kind: int, address: str) -> None:
    guard = Guard(RegistryOptions())
    family_only = (family, kind, 0, "", (address, 443))
    with guard.dialling(REGISTRY, ITS_OWN), guard.open_socket(family_only) as made:
        assert (made.family, made.type, made.proto) == (family, kind, 0)


def test_the_protocol_is_the_resolved_one() -> None:
    guard = Guard(RegistryOptions())
    with guard.dialling(REGISTRY, ITS_OWN), guard.open_socket(answer("93.184.215.14")) as made:
        assert made.proto == socket.IPPROTO_TCP


def test_a_place_that_turned_out_private_is_refused_before_a_connection_is_used_again() -> None:
    guard = Guard(RegistryOptions(local=True))
    own = URL("https://own.example/")
    with guard.dialling("own.example", own), guard.open_socket(answer("10.0.0.1")):
        pass
    assert "a host that is not public" in str(refusal(guard, "https://own.example/", ITS_OWN))
    with guard.dialling("own.example", own):
        pass


@pytest.mark.parametrize(
    "address", ["169.254.10.1", "0.0.0.8", "224.0.0.1", "240.0.0.1", "192.0.2.1", "169.254.169.254", "not an address"]
)
def test_on_a_persons_own_machine_a_registry_is_there_or_in_their_network_and_nowhere_else(address: str) -> None:
    """Of an address that leads to no host of theirs, the name was made up by whoever answers for it."""
    guard = Guard(RegistryOptions(local=True))
    for own in ("127.0.0.1", "192.168.1.7", "93.184.215.14"):
        with guard.dialling(REGISTRY, ITS_OWN), guard.open_socket(answer(own)):
            pass
    with guard.dialling(REGISTRY, ITS_OWN), pytest.raises(PermissionError):
        guard.open_socket(answer(address))
