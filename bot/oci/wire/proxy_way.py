"""A request that goes through a proxy: where it may lead, and what its failures mean."""

import asyncio
import socket
from ipaddress import ip_address
from typing import Final

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorSSLError,
    ClientHttpProxyError,
    ClientProxyConnectionError,
)
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.oci.hosts import authority
from bot.oci.options import RegistryOptions
from bot.oci.wire.messages import Trouble
from bot.oci.wire.outbound import Outbound, outbound

LOGIN_WANTED: Final = 407
GATEWAY_ANSWERS: Final = frozenset({502, 503, 504})
"""The proxy did not reach the registry; in a moment it may."""

LOOKUP_MAX: Final = 2.0
"""Seconds. Where only the proxy resolves names, some networks answer nothing at all, and the proxy is not to wait."""


class ProxyWay:
    """Which proxy, and what we find out of a name that it will resolve itself."""

    def __init__(self, proxies: Outbound, resolver: AbstractResolver) -> None:
        self._proxies = proxies
        self._resolver = resolver
        self._seen: dict[str, tuple[str, ...]] = {}  # by host, for as long as a command runs

    def find(self, url: URL) -> URL | None:
        """The proxy for that address; None when it is dialled directly."""
        return self._proxies.find(url)

    async def addresses(self, url: URL) -> tuple[str, ...]:
        """Addresses of the URL's host as we see them; none when only the proxy can resolve it."""
        host = url.host or ""
        try:
            return (str(ip_address(host)),)
        except ValueError:  # a name
            pass
        if host not in self._seen:
            self._seen[host] = await self._resolved(host)
        return self._seen[host]

    async def _resolved(self, host: str) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(LOOKUP_MAX):
                found = await self._resolver.resolve(host, 0, socket.AF_UNSPEC)
        except (OSError, UnicodeError):  # TimeoutError is an OSError
            return ()
        return tuple(one["host"] for one in found)


def proxy_way(options: RegistryOptions, resolver: AbstractResolver) -> ProxyWay | None:
    """For a person's own machine, whose variables name a proxy; None on a server."""
    proxies = outbound(options.environment) if options.local else None
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
            return Trouble(f"the proxy {place} could not be reached (HTTPS_PROXY, HTTP_PROXY)")
        case ClientConnectorCertificateError(host=proxy.host, port=proxy.port):
            why = f"the certificate of the proxy {place} is not for it, or not signed by a trusted authority"
            return Trouble(f"{why} (an authority of your own: SSL_CERT_FILE)", passing=False)
        case ClientConnectorSSLError(host=proxy.host, port=proxy.port):
            return Trouble(f"the proxy {place} does not speak TLS with us (http:// in HTTPS_PROXY?)", passing=False)
        case _:
            return None


def login_wanted(proxy: URL) -> Trouble:
    """It answered 407, to the request itself where that is plain HTTP."""
    why = f"the proxy {authority(proxy)} asks for a login: HTTPS_PROXY may hold user:password@"
    return Trouble(why, passing=False)
