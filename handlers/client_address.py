"""Whose request it is when proxies stand between: the address that the last proxy we trust has seen.

Each proxy adds the address of whoever spoke to it at the right of a header. So the list is read from right to left for
as long as a trusted proxy speaks; what stands further left anybody may have written.
https://www.rfc-editor.org/rfc/rfc7239
"""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler
from msgspec import Struct

from handlers.forwarded import host_of, prefix_of, proto_of, read_hops

HOPS_MAX: Final = 16
"""Proxies in a row."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Visit(Struct, frozen=True):
    """Who asks, and by which address: `origin` and `prefix` are "" unless a trusted proxy says them.

    `client` is "" when not even the other end of the connection is known. `origin` is like https://bot.example.org,
    `prefix` like /provenance.
    """

    client: str = ""
    is_secure: bool = False
    origin: str = ""
    prefix: str = ""


VISIT: Final = web.RequestKey("visit", Visit)


def visit_of(request: web.BaseRequest) -> Visit:
    """What `Proxies.seen` found; of a request that did not get that far, nothing."""
    return request[VISIT] if VISIT in request else Visit()


class Proxies:
    """The proxies that are trusted, and the one family of headers that they write."""

    def __init__(self, networks: Iterable[str], header: str) -> None:
        self._networks: tuple[Network, ...] = tuple(ipaddress.ip_network(network) for network in networks)
        self._header = header

    @web.middleware
    async def seen(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A middleware, the first: `visit_of` answers from here on."""
        request[VISIT] = self.visit(request)
        return await handler(request)

    def is_one(self, address: str) -> bool:
        """Whether that address is a trusted proxy's."""
        parsed = _parse(address)
        return parsed is not None and self._trusts(parsed)

    def client_of(self, request: web.BaseRequest) -> str:
        """The client's address; "" when not even the other end of the connection is known."""
        return self.visit(request).client

    def visit(self, request: web.BaseRequest) -> Visit:
        """Who asks, and by which address. The address is the one that the client's own proxy wrote."""
        current = _parse(request.remote or "")
        if current is None or not self._trusts(current):
            return Visit(_written(request.remote or ""), is_secure=request.secure)
        told, hops = read_hops(request, self._header), 0
        for text in list(reversed(told.clients))[:HOPS_MAX]:
            seen = _parse(text)
            if seen is None:  # "unknown", or made up: then it is the proxy's own
                break
            current, hops = seen, hops + 1
            if not self._trusts(current):
                break
        proto, host = proto_of(_hop(told.protos, hops)), host_of(_hop(told.hosts, hops))
        is_secure = proto == "https" or (not proto and request.secure)
        origin = f"{'https' if is_secure else 'http'}://{host}" if host else ""
        return Visit(str(current), is_secure, origin, prefix_of(_hop(told.prefixes, hops)))

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 of IPv6 that one customer gets at least."""
    parsed = _parse(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed or "")


def _hop(values: tuple[str, ...], hops: int) -> str:
    """What the proxy wrote that saw the client; of a shorter list, what was written first."""
    return values[-min(max(hops, 1), len(values))] if values else ""


@lru_cache(maxsize=1024)
def _written(text: str) -> str:
    """The address as it is always written; "" for what is not one."""
    return str(_parse(text) or "")


@lru_cache(maxsize=1024)
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
