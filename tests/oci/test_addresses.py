"""Which kind of address it is, and what the names of registries stand for."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.oci.addresses import Reach, is_loopback_name, reach
from bot.oci.hosts import authorities, authority, endpoint


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", Reach.PUBLIC),
        ("2606:2800:220:1::1", Reach.PUBLIC),
        ("::ffff:93.184.215.14", Reach.PUBLIC),
        ("64:ff9b::5db8:d70e", Reach.PUBLIC),
        ("127.0.0.1", Reach.LOOPBACK),
        ("127.255.255.254", Reach.LOOPBACK),
        ("::1", Reach.LOOPBACK),
        ("::ffff:127.0.0.1", Reach.LOOPBACK),
        ("64:ff9b::7f00:1", Reach.LOOPBACK),
        ("2002:7f00:1::", Reach.LOOPBACK),
        ("10.255.255.255", Reach.PRIVATE),
        ("172.31.0.1", Reach.PRIVATE),
        ("192.168.0.1", Reach.PRIVATE),
        ("100.127.0.1", Reach.PRIVATE),
        ("fd12:3456::1", Reach.PRIVATE),
        ("0.0.0.0", Reach.RESERVED),  # noqa: S104 - to be told apart
        ("169.254.1.1", Reach.RESERVED),
        ("192.0.0.9", Reach.RESERVED),
        ("fe80::1%eth0", Reach.RESERVED),
        ("224.0.0.1", Reach.RESERVED),
        ("255.255.255.255", Reach.RESERVED),
        ("64:ff9b:1::1", Reach.RESERVED),
        ("::", Reach.RESERVED),
        ("::8.8.8.8", Reach.RESERVED),
        ("ff02::1", Reach.RESERVED),
        ("4000::1", Reach.RESERVED),
        ("127.1", Reach.RESERVED),
        ("example.com", Reach.RESERVED),
        ("", Reach.RESERVED),
    ],
)
def test_the_reach_of_an_address(address: str, expected: Reach) -> None:
    assert reach(address) is expected


METADATA = (
    *("169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    *("fd00:ec2::254", "fd20:ce::254", "fe80::a9fe:a9fe", "fe80::a9fe:a9fe%eth0"),
)


@pytest.mark.parametrize("address", METADATA)
def test_metadata_services_of_clouds(address: str) -> None:
    assert reach(address) is Reach.METADATA


@pytest.mark.parametrize("address", [address for address in METADATA if "." in address])
def test_metadata_services_behind_another_form_of_address(address: str) -> None:
    number = f"{int(IPv4Address(address)):08x}"
    high, low = number[:4], number[4:]
    for form in (f"::ffff:{address}", f"::ffff:{high}:{low}", f"64:ff9b::{address}", f"2002:{high}:{low}::1"):
        assert reach(form) is Reach.METADATA
    for form in (f"::{address}", f"64:ff9b:1::{address}", f"2001:0:{high}:{low}::1"):  # compatible, own NAT64, Teredo
        assert reach(form) is Reach.RESERVED


@given(st.ip_addresses(v=4).map(str), st.sampled_from(["::ffff:{}", "64:ff9b::{}"]))
def test_an_address_inside_of_another_is_judged_as_itself(address: str, wrapped: str) -> None:
    assert reach(wrapped.format(address)) is reach(address)


@given(st.text(max_size=60))
def test_garbage_is_no_public_address(text: str) -> None:
    assert reach(text) is not Reach.PUBLIC or text[:1] in "0123456789abcdefABCDEF:"


@pytest.mark.parametrize("host", ["localhost", "app.localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_names_of_this_machine(host: str) -> None:
    assert is_loopback_name(host)


@pytest.mark.parametrize("host", ["localhost.example", "notlocalhost", "10.0.0.1", "quay.io", ""])
def test_other_names(host: str) -> None:
    assert not is_loopback_name(host)


@pytest.mark.parametrize(
    ("registry", "origin"),
    [
        ("docker.io", "https://registry-1.docker.io"),
        ("quay.io", "https://quay.io"),
        ("LAN:5000", "https://lan:5000"),
        ("localhost:5000", "http://localhost:5000"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("[::1]:5000", "http://[::1]:5000"),
        ("[fd00::1]:5000", "https://[fd00::1]:5000"),
        ("plain.corp:5000", "http://plain.corp:5000"),
        ("plain.corp:5001", "https://plain.corp:5001"),
        ("old.corp", "http://old.corp"),
    ],
)
def test_where_a_registry_is_dialled(registry: str, origin: str) -> None:
    place = endpoint(registry, authorities(["plain.corp:5000", "old.corp"]))
    assert place.origin == origin
    url = place.url("a/b/manifests/1")
    assert str(url) == f"{origin}/v2/a/b/manifests/1"
    assert authority(url).rpartition(":")[2].isdigit()


def test_hosts_as_operators_write_them() -> None:
    assert authorities(["Registry.corp"]) == {"registry.corp:443", "registry.corp:80"}
    assert authorities(["[::1]", "[::2]:5000"]) == {"[::1]:443", "[::1]:80", "[::2]:5000"}
    assert authorities(["[0:0:0:0:0:0:0:1]:5000", "[FD00::0a]:05000"]) == {"[::1]:5000", "[fd00::a]:5000"}
    assert authorities(["FE80::1"]) == {"[fe80::1]:443", "[fe80::1]:80"}
    assert authorities(["Registry.corp:0443", "Docker.io:443"]) == {"registry.corp:443", "registry-1.docker.io:443"}
