"""Which kind of address a host has: anyone's, this machine's, a private network's, or one that must not be dialled.

The registries of https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry
"""

from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address


class Reach(StrEnum):
    """From where an address can be reached."""

    PUBLIC = "public"
    LOOPBACK = "loopback"
    PRIVATE = "private"
    RESERVED = "reserved"  # link-local, multicast, unspecified, …
    METADATA = "metadata"  # a cloud's metadata service, which hands out credentials


_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR: Final = IPv6Network("2002::/16")
_PRIVATE: Final = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")),
)
_METADATA: Final = frozenset(
    map(
        ip_address,
        (
            "169.254.169.254",  # nearly all of them
            "169.254.170.2",  # Amazon's, for containers
            "169.254.170.23",  # Amazon's, for pods
            "169.254.169.253",  # Amazon's resolver
            "169.254.0.23",  # Tencent
            "169.254.42.42",  # Scaleway
            "100.100.100.200",  # Alibaba, in the middle of a private network
            "192.0.0.192",  # Oracle
            "168.63.129.16",  # Azure, a public address
            "fd00:ec2::254",  # Amazon
            "fd00:ec2::23",  # Amazon, for pods
            "fd20:ce::254",  # Google
            "fd00:c1::a9fe:a9fe",  # Oracle
            "fd00:42::42",  # Scaleway
            "fe80::a9fe:a9fe",  # OpenStack
        ),
    )
)
"""Where clouds keep their metadata services. Nobody keeps a registry there, so no setting allows it."""

_RESERVED: Final = IPv4Network("192.0.0.0/24")
"""Python calls a part of it global."""


def reach(text: str) -> Reach:
    """The reach of an address as a socket takes it. What is not an address is reserved."""
    try:
        address = _unwrapped(ip_address(text.partition("%")[0]))
    except ValueError:
        return Reach.RESERVED
    if address in _METADATA:
        return Reach.METADATA
    if address in _RESERVED:
        return Reach.RESERVED
    if address.is_loopback:
        return Reach.LOOPBACK
    if any(address in network for network in _PRIVATE):
        return Reach.PRIVATE
    return Reach.PUBLIC if _is_public(address) else Reach.RESERVED


def is_loopback_name(host: str) -> bool:
    """Whether the name itself says that it is this machine."""
    return host == "localhost" or host.endswith(".localhost") or reach(host) is Reach.LOOPBACK


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to: mapped, through NAT64, or 6to4."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(address.packed[12:16])
    if address in _SIX_TO_FOUR:
        return IPv4Address(address.packed[2:6])
    return address


def _is_public(address: Address) -> bool:
    # Python 3.11 calls multicast global, and what stands outside of the one IPv6 range that is handed out.
    if not address.is_global or address.is_multicast:
        return False
    return isinstance(address, IPv4Address) or address in _GLOBAL_UNICAST
