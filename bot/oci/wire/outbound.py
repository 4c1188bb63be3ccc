"""The proxy through which a terminal reaches registries, by the variables that other tools know, too.

HTTPS_PROXY and HTTP_PROXY name it, in either case; NO_PROXY lists hosts that are dialled without it (`.corp`, `corp`,
`10.0.0.0/8`, `host:port`, `*`), as this machine always is. A server has none: behind a proxy nobody sees which address
is dialled, and there strangers name hosts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

from yarl import URL

from bot.oci.addresses import is_loopback_name

_VARIABLES: Final = {"https": "HTTPS_PROXY", "http": "HTTP_PROXY"}


@dataclass(frozen=True, slots=True)
class Outbound:
    """The proxies by scheme, and who needs none."""

    proxies: Mapping[str, URL]
    without: tuple[str, ...] = ()

    def find(self, url: URL) -> URL | None:
        """The proxy for that address; None when it is dialled directly."""
        host, proxy = (url.host or "").lower(), self.proxies.get(url.scheme)
        if proxy is None or is_loopback_name(host) or any(_is_in(host, url.port, entry) for entry in self.without):
            return None
        return proxy


def outbound(environment: Mapping[str, str]) -> Outbound | None:
    """What the variables say; None when they name no proxy over HTTP."""
    proxies = {scheme: proxy for scheme, name in _VARIABLES.items() if (proxy := _proxy(_told(environment, name)))}
    entries = (entry.strip().lower() for entry in _told(environment, "NO_PROXY").split(","))
    return Outbound(proxies, tuple(filter(None, entries))) if proxies else None


def _told(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name) or environment.get(name.lower(), "")


def _proxy(text: str) -> URL | None:
    try:
        url = URL(text if "://" in text else f"http://{text}")
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
