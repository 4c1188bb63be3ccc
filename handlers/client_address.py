"""Whose request it is when proxies stand between: the address that the last proxy we trust has seen.

Each proxy adds the address of whoever spoke to it at the right of a header. So the list is read from right to left for
as long as a trusted proxy speaks; what stands further left anybody may have written.
https://www.rfc-editor.org/rfc/rfc7239
"""

import ipaddress
import re
from collections.abc import Iterable
from typing import Final

from aiohttp import web

HOPS_MAX: Final = 16
"""Proxies in a row."""

TEXT_MAX: Final = 1024
"""Characters at the right of the header; further left stands what strangers wrote."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_FOR: Final = re.compile(r'(?:^|;)\s*for\s*=\s*("(?:[^"\\]|\\.)*"|[^;",\s]*)\s*(?=;|$)', re.IGNORECASE)
_ELEMENTS: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')


class Proxies:
    """The proxies that are trusted, and the one header that they write."""

    def __init__(self, networks: Iterable[str], header: str) -> None:
        self._networks: tuple[Network, ...] = tuple(ipaddress.ip_network(network) for network in networks)
        self._header = header

    def is_one(self, address: str) -> bool:
        """Whether that address is a trusted proxy's."""
        parsed = _parse(address)
        return parsed is not None and self._trusts(parsed)

    def client_of(self, request: web.Request) -> str:
        """The client's address; "" when not even the other end of the connection is known."""
        current = _parse(request.remote or "")
        if current is None:
            return ""
        for text in list(reversed(self._hops(request)))[:HOPS_MAX]:
            if not self._trusts(current):
                break
            seen = _parse(text)
            if seen is None:  # "unknown", or made up: then it is the proxy's own
                break
            current = seen
        return str(current)

    def _hops(self, request: web.Request) -> list[str]:
        text = ",".join(request.headers.getall(self._header, []))[-TEXT_MAX:]
        if self._header == "forwarded":
            return [_for(element) for element in _ELEMENTS.findall(text)]
        return text.split(",")

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 of IPv6 that one customer gets at least."""
    parsed = _parse(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed or "")


def _for(element: str) -> str:
    found = _FOR.search(element)
    return found.group(1).strip('"') if found else ""


def _parse(text: str) -> Address | None:
    """An address with or without a port; IPv6 with a port stands in brackets."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
