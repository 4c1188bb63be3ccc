"""The proxy on the way out: which one, and for which hosts.

An operator names it in PROVENANCE_PROXY. Without that, HTTPS_PROXY and HTTP_PROXY count in a terminal, in either case,
as other tools read them; a server ignores them. NO_PROXY lists hosts that are dialled without it (`.corp`, `corp`,
`10.0.0.0/8`, `host:port`, `*`), as this machine always is.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import Final

from msgspec import Struct
from yarl import URL

from bot.errors import UnusableProxyError
from bot.oci.addresses import is_loopback_name
from bot.oci.hosts import authorities, authority
from bot.values import Hiding

_VARIABLES: Final = {"https": "HTTPS_PROXY", "http": "HTTP_PROXY"}
_SOCKETS: Final = {"wss": "https", "ws": "http"}
_ENDS: Final = re.compile(r"[/?#\\\s]")


class Proxy(Hiding, Struct, frozen=True):
    """`login` is the value of Proxy-Authorization. It stands apart, so that no error can show it with the URL."""

    HIDDEN = frozenset({"login"})

    url: URL
    login: str = ""


class Outbound(Struct, frozen=True):
    """The proxies by scheme, and who needs none. None stands for one that was asked for and is not usable.

    `direct` are hosts with their port, as in `authority`.
    """

    proxies: Mapping[str, Proxy | None]
    without: tuple[str, ...] = ()
    direct: frozenset[str] = frozenset()

    def __hash__(self) -> int:
        """Without the proxies, which are a mapping: trusted roots are kept by the options that they were read with."""
        return hash((self.without, self.direct))

    def find(self, url: URL) -> Proxy | None:
        """The proxy for that address; None when it is dialled directly.

        Raises UnusableProxyError when the proxy is not one that we can use: whoever asked for it may count on it.
        """
        host, scheme = (url.host or "").lower().rstrip("."), _SOCKETS.get(url.scheme, url.scheme)
        if scheme not in self.proxies or is_loopback_name(host) or authority(url) in self.direct:
            return None
        names = {host, (url.raw_host or "").lower().rstrip(".")}  # bücher.example, and as DNS has it
        if any(_is_in(name, url.port, entry) for entry in self.without for name in names):
            return None
        proxy = self.proxies[scheme]
        if proxy is None:  # its text is not shown: it may hold a login
            told = "does not name a proxy like http://proxy.corp:3128 (SOCKS is not spoken)"
            fix = "correct it, unset it, or list the host in NO_PROXY"
            raise UnusableProxyError(f"{_VARIABLES[scheme]} {told}: {fix}", host=authority(url))
        return proxy


def outbound(environment: Mapping[str, str]) -> Outbound | None:
    """What the variables say; None when they ask for no proxy."""
    told = {scheme: _told(environment, name) for scheme, name in _VARIABLES.items()}
    proxies = {scheme: _proxy(text) for scheme, text in told.items() if text}
    entries = (entry.strip().lower() for entry in _told(environment, "NO_PROXY").split(","))
    return Outbound(proxies, tuple(filter(None, entries))) if proxies else None


def of_operator(text: str, without: Iterable[str] = (), private_hosts: Iterable[str] = ()) -> Outbound:
    """What PROVENANCE_PROXY and PROVENANCE_NO_PROXY say. Hosts inside, which an operator lists, need no proxy.

    Raises ValueError for a text that names no proxy.
    """
    proxy = _proxy(text.strip())
    if proxy is None:
        raise ValueError("names no proxy like http://proxy.corp:3128 (SOCKS is not spoken)")
    entries = tuple(entry.lower() for entry in without)
    return Outbound({"https": proxy, "http": proxy}, entries, authorities(private_hosts))


def _told(environment: Mapping[str, str], name: str) -> str:
    return (environment.get(name) or environment.get(name.lower(), "")).strip()


def _proxy(text: str) -> Proxy | None:
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
    if url.scheme not in ("http", "https") or not url.host or not url.port:
        return None
    told = f"{url.user or ''}:{url.password or ''}"
    return Proxy(url.with_user(None), "" if told == ":" else f"Basic {b64encode(told.encode()).decode()}")


def _is_in(host: str, port: int | None, entry: str) -> bool:
    """Whether an entry of NO_PROXY names that host."""
    if entry == "*":
        return True
    if not entry.endswith("]"):
        name, colon, told = entry.rpartition(":")
        if colon and told.isdecimal() and (":" not in name or name.endswith("]")):
            if told != str(port):
                return False
            entry = name
    entry = entry.strip("[]")
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:  # a name
        pass
    domain = entry.removeprefix("*").removeprefix(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))
