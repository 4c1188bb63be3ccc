"""A request that goes through a proxy: where it may lead, and what its failures mean."""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address
from time import monotonic
from typing import Final

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorSSLError,
    ClientHttpProxyError,
    ClientProxyConnectionError,
)
from aiohttp.abc import AbstractResolver
from msgspec import Struct, field
from yarl import URL

from bot.oci.hosts import authority
from bot.oci.options import RegistryOptions
from bot.oci.wire.messages import Response, Trouble
from bot.oci.wire.outbound import Outbound, outbound

LOGIN_WANTED: Final = 407
_NOT_FOUND: Final = 404
_API: Final = "Docker-Distribution-Api-Version"
_NAMES: Final = "PROVENANCE_PROXY or, in a terminal, HTTPS_PROXY"
GATEWAY_ANSWERS: Final = frozenset({502, 503, 504})
"""The proxy did not reach the registry; in a moment it may."""

LOOKUP_MAX: Final = 2.0
"""Seconds. Where only the proxy resolves names, some networks answer nothing at all, and the proxy is not to wait."""


SEEN_FOR: Final = 60.0
"""Seconds for which the addresses of a name are not asked again."""

SEEN_MAX: Final = 256
"""Names whose addresses are kept."""


class _Seen(Struct):
    """The addresses of a name. One asks while all others wait."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    until: float = 0.0
    addresses: tuple[str, ...] = ()


class ProxyWay:
    """Which proxy, and what we find out of a name that it will resolve itself."""

    def __init__(self, proxies: Outbound, resolver: AbstractResolver, clock: Callable[[], float] = monotonic) -> None:
        self._proxies = proxies
        self._resolver = resolver
        self._clock = clock
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    def find(self, url: URL) -> URL | None:
        """The proxy for that address, without a login; None when it is dialled directly."""
        found = self._proxies.find(url)
        return found.url if found else None

    async def addresses(self, url: URL) -> tuple[str, ...]:
        """Addresses of the URL's host as we see them; none when only the proxy can resolve it.

        The name is asked for as the proxy gets it. Resolvers may write the other one, `faß.example`, in another way.
        """
        host = url.raw_host or ""
        try:
            return (str(ip_address(host)),)
        except ValueError:  # a name
            pass
        seen = self._seen.setdefault(host, _Seen())
        if len(self._seen) > SEEN_MAX:
            self._seen.popitem(last=False)
        async with seen.lock:
            if seen.until <= self._clock():
                seen.addresses = await self._resolved(host)
                seen.until = self._clock() + SEEN_FOR
            return seen.addresses

    async def _resolved(self, host: str) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(LOOKUP_MAX):
                found = await self._resolver.resolve(host, 0, socket.AF_UNSPEC)
        except (OSError, UnicodeError):  # TimeoutError is an OSError
            return ()
        return tuple(one["host"] for one in found)


def proxies_of(options: RegistryOptions) -> Outbound | None:
    """The operator's; on a person's own machine, without one, what its variables name."""
    return options.proxies or (outbound(options.environment) if options.local else None)


def proxy_way(proxies: Outbound | None, resolver: AbstractResolver) -> ProxyWay | None:
    """For a guard; None when everything is dialled directly."""
    return ProxyWay(proxies, resolver) if proxies else None


def of_proxy(proxy: URL, error: Exception) -> Trouble | None:
    """What went wrong at the proxy; None for what went wrong behind it. Its URL is not shown: it may hold a login."""
    place = authority(proxy)
    match error:
        case ClientHttpProxyError(status=status) if status == LOGIN_WANTED:
            return login_wanted(proxy)
        case ClientHttpProxyError(status=status):
            return Trouble(f"the proxy {place} answered {status}", passing=status in GATEWAY_ANSWERS)
        case ClientProxyConnectionError() | ClientConnectorDNSError():
            return Trouble(f"the proxy {place} could not be reached ({_NAMES})")
        case ClientConnectorCertificateError(host=proxy.host, port=proxy.port):
            why = f"the certificate of the proxy {place} is not for it, or not signed by a trusted authority"
            return Trouble(f"{why} (an authority of your own: SSL_CERT_FILE)", passing=False)
        case ClientConnectorSSLError(host=proxy.host, port=proxy.port):
            return Trouble(f"the proxy {place} does not speak TLS with us (http:// in {_NAMES}?)", passing=False)
        case _:
            return None


def reason_of(proxy: URL | None, error: Exception) -> str:
    """The same as the end of a sentence that begins with a host; "" for what did not go wrong at a proxy."""
    trouble = of_proxy(proxy, error) if proxy else None
    return f"was not reached: {trouble.reason}" if trouble else ""


def in_place_of_host(proxy: URL, answer: Response) -> Trouble | None:
    """What a proxy may have answered itself, to a request in plain HTTP, which it reads; None for a host's answer.

    Many a web server that is taken for a proxy answers 404 to all. That of a registry is JSON or has the header of the
    API: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
    """
    if answer.status == LOGIN_WANTED:
        return login_wanted(proxy)
    is_told = answer.media_type.endswith(("/json", "+json")) or _API in answer.headers
    if answer.status != _NOT_FOUND or answer.ask.url.scheme != "http" or is_told:
        return None
    why = f"{authority(answer.ask.url)} or the proxy {authority(proxy)} answered 404, and not as a registry does"
    return Trouble(why, passing=False)


def login_wanted(proxy: URL) -> Trouble:
    """It answered 407, to the request itself where that is plain HTTP."""
    why = f"the proxy {authority(proxy)} asks for a login: {_NAMES} may hold user:password@"
    return Trouble(why, passing=False)
