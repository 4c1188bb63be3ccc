"""One name for one registry: everything that is matched, guarded, remembered or logged in to goes by it.

`QUAY.IO`, `quay.io:443` and `quay.io` are dialled alike, and Docker Hub has several names; a rule for one of them that
does not hold for the others is a rule that is easily evaded.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Final

from bot.errors import MalformedError
from bot.oci.addresses import is_loopback_name

DEFAULT_REGISTRY: Final = "docker.io"

_HUB: Final = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
_DEFAULT_PORT: Final = "443"
_PORT_MAX: Final = 65535

_HEXADECIMAL: Final = frozenset("0123456789abcdef:")


@lru_cache(maxsize=1024)
def canonical_registry(host: str) -> str:
    """The one name of host[:port]: lower case, without the port of HTTPS, `docker.io` for all of Docker Hub's names.

    The port stays on names of this machine, which are reached over plain HTTP, and on names of one word, which without
    it are not hosts in image names. What is not a host comes back in lower case.

    Raises MalformedError for a host that ends with a dot, the same registry under a name that nothing matches, and for
    a port that no host has.
    """
    name, port = split_port(host.lower())
    if name.endswith("."):
        raise MalformedError(f"the host {host[:100]!r} ends with a dot; write it without")
    if port.isdecimal() and (len(port) > len(str(_PORT_MAX)) or not 0 < int(port) <= _PORT_MAX):
        raise MalformedError(f"the host {host[:100]!r} has a port that is not one of 1 to {_PORT_MAX}")
    if port == _DEFAULT_PORT and any(sign in name for sign in ".:") and not is_loopback_name(name.strip("[]")):
        port = ""
    if name in _HUB and not port:
        return DEFAULT_REGISTRY
    return f"{name}:{port}" if port else name


def canonical_name(name: str) -> str:
    """The same for registry/namespace or a glob of such names; only the registry changes. Raises MalformedError."""
    registry, slash, path = name.partition("/")
    return f"{canonical_registry(registry)}{slash}{path}"


def canonical_registries(hosts: Iterable[str]) -> tuple[str, ...]:
    """Each registry once, in order. Raises MalformedError."""
    return tuple(dict.fromkeys(map(canonical_registry, hosts)))


def split_port(host: str) -> tuple[str, str]:
    """Host and port, the port without leading zeros, however many; of an IPv6 address the shortest form."""
    if host.startswith("[") and host.count("]") == 1:
        inner, _, rest = host[1:].partition("]")
        return f"[{shortest(inner) if _HEXADECIMAL.issuperset(inner) else inner}]", _digits(rest.removeprefix(":"))
    name, colon, port = host.rpartition(":")
    if not colon or ":" in name or not port.isdecimal():  # two ports are none, and the name is refused
        return host, ""
    return name, _digits(port)


def shortest(address: str) -> str:
    """An IPv6 address in hexadecimal digits; what is not one stays as it is.

    Python 3.13 writes a mapped IPv4 address with dots, which image names do not take.
    """
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    if found.ipv4_mapped is None:
        return found.compressed
    high, low = divmod(int(found.ipv4_mapped), 1 << 16)
    return f"::ffff:{high:x}:{low:x}"


def _digits(port: str) -> str:
    return port.lstrip("0") or port
