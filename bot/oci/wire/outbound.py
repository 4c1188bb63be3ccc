"""The proxy through which a terminal reaches registries, by the variables that other tools know, too.

HTTPS_PROXY and HTTP_PROXY name it, in either case; NO_PROXY lists hosts that are dialled without it (`.corp`, `corp`,
`10.0.0.0/8`, `host:port`, `*`), as this machine always is. A server has none: behind a proxy nobody sees which address
is dialled, and there strangers name hosts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

from yarl import URL

from bot.errors import UnusableProxyError
from bot.oci.addresses import is_loopback_name
from bot.oci.hosts import authority

_VARIABLES: Final = {"https": "HTTPS_PROXY", "http": "HTTP_PROXY"}
_ENDS: Final = re.compile(r"[/?#\\\s]")


@dataclass(frozen=True, slots=True)
class Outbound:
    """The proxies by scheme, and who needs none. None stands for one that was asked for and is not usable."""

    proxies: Mapping[str, URL | None]
    without: tuple[str, ...] = ()

    def find(self, url: URL) -> URL | None:
        """The proxy for that address; None when it is dialled directly.

        Raises UnusableProxyError when the proxy is not one that we can use: whoever asked for it may count on it.
        """
        host = (url.host or "").lower()
        if url.scheme not in self.proxies or is_loopback_name(host):
            return None
        if any(_is_in(host, url.port, entry) for entry in self.without):
            return None
        proxy = self.proxies[url.scheme]
        if proxy is None:  # its text is not shown: it may hold a login
            told = "does not name a proxy like http://proxy.corp:3128 (SOCKS is not spoken)"
            fix = "correct it, unset it, or list the host in NO_PROXY"
            raise UnusableProxyError(f"{_VARIABLES[url.scheme]} {told}: {fix}", host=authority(url))
        return proxy


def outbound(environment: Mapping[str, str]) -> Outbound | None:
    """What the variables say; None when they ask for no proxy."""
    told = {scheme: _told(environment, name) for scheme, name in _VARIABLES.items()}
    proxies = {scheme: _proxy(text) for scheme, text in told.items() if text}
    entries = (entry.strip().lower() for entry in _told(environment, "NO_PROXY").split(","))
    return Outbound(proxies, tuple(filter(None, entries))) if proxies else None


def _told(environment: Mapping[str, str], name: str) -> str:
    return (environment.get(name) or environment.get(name.lower(), "")).strip()


def _proxy(text: str) -> URL | None:
    """The proxy; None for what is not one over HTTP.

    A bare `/`, `?` or `#` in a password ends the host before the `@`, and then a part of the password would be shown
    as the port. So nothing but one slash may stand behind the port.
    """
    scheme, _, rest = (text if "://" in text else f"http://{text}").partition("://")
    place = rest.removesuffix("/")
    if _ENDS.search(place):
        return None
    try:
        url = URL(f"{scheme}://{place}")
    except ValueError:
        return None
    return url if url.scheme in ("http", "https") and url.host and url.port else None


def _is_in(host: str, port: int | None, entry: str) -> bool:
    """Whether an entry of NO_PROXY names that host."""
    if entry == "*":
        return True
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:  # a name
        pass
    name, colon, told = entry.rpartition(":")
    if colon and told.isdecimal():
        if told != str(port):
            return False
        entry = name.strip("[]")
    domain = entry.removeprefix("*").removeprefix(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))
