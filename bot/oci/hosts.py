"""Names of registries, and the places that are dialled for them."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from yarl import URL

from bot.oci.addresses import is_loopback_name
from bot.oci.canonical import canonical_registry, shortest, split_port

if TYPE_CHECKING:
    from bot.oci.reference import Reference

_DIALLED: Final = {"docker.io": "registry-1.docker.io"}
"""Docker Hub is not where its name says."""

_PORTS: Final = {"https": 443, "http": 80}


class Endpoint(Struct, frozen=True):
    """A registry: `registry` is its name in references, `origin` the place that is dialled, e.g. https://quay.io."""

    registry: str
    origin: str

    def url(self, path: str, query: str = "") -> URL:
        """A URL of the registry; `path` and `query` consist of validated, already encoded parts."""
        scheme, _, place = self.origin.partition("://")  # made of parts, which takes a third of parsing it
        return URL.build(scheme=scheme, authority=place, path=f"/v2/{path}", query_string=query, encoded=True)


def place_of(reference: "Reference") -> str:
    """The part of a registry that behaves in one way: Artifactory and Nexus serve many registries under one host."""
    return f"{reference.registry}/{reference.repository.partition('/')[0]}"


@lru_cache(maxsize=256)  # asked for with each request, of a few registries
def endpoint(registry: str, insecure: frozenset[str]) -> Endpoint:
    """Where a registry is dialled: over plain HTTP when it is listed in `insecure` or is this machine, else HTTPS."""
    host = _DIALLED.get(registry, registry).lower()
    if is_loopback_name(_without_port(host)):
        return Endpoint(registry, f"http://{host}")
    listed = insecure & authorities([host])
    if listed == {f"{host}:443"}:  # the port of HTTPS is not a part of a registry's name
        host += ":443"
    return Endpoint(registry, f"{'http' if listed else 'https'}://{host}")


def authority(url: URL) -> str:
    """host:port of a URL, lower-case, the port always there."""
    host = url.host or ""
    return f"[{shortest(host)}]:{url.port}" if ":" in host else f"{host}:{url.port}"


def authorities(hosts: Iterable[str]) -> frozenset[str]:
    """host:port of hosts as an operator writes them; without a port, those of HTTP and HTTPS are meant.

    Any of Docker Hub's names stands for the place that is dialled, and any form of an IPv6 address for that address.
    """
    found: set[str] = set()
    for host in hosts:
        is_address = host.count(":") > 1 and not host.startswith("[")
        name, port = split_port(f"[{host}]".lower() if is_address else host.lower())
        place = _DIALLED.get(canonical_registry(name), name)
        found |= {f"{place}:{each}" for each in ([port] if port else _PORTS.values())}
    return frozenset(found)


def _without_port(host: str) -> str:
    """The host of host[:port]; of [::1]:5000 it is ::1."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
