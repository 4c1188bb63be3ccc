"""Decides, at the moment of connecting, whether an address may be dialled.

Names can change what they resolve to between a check and the connection, and redirects and token realms come from
strangers. So the decision falls where the socket is made, on the address that is really dialled.
"""

import socket
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from yarl import URL

from bot.errors import ForbiddenAddressError
from bot.oci.addresses import Reach, reach
from bot.oci.hosts import authorities, authority
from bot.oci.options import RegistryOptions

if TYPE_CHECKING:
    from bot.oci.wire.proxy_way import ProxyWay

_HTTPS_PORT: Final = 443
_HOME: Final = (Reach.LOOPBACK, Reach.PRIVATE)
_LIST: Final = "to allow that, list it in"
_REMEMBERED_MAX: Final = 1024
"""Places known to have addresses that are not public; more are asked again."""


class Attempt(Struct):
    """One request on its way to `place`, asked for by a reference to `registry` or by what that one answered."""

    registry: str
    place: str  # host:port
    plain: bool  # HTTP without TLS
    own: bool  # the registry itself, or led to by a registry that is not public itself
    led: bool  # the registry sent us there
    passed_on: bool = False  # a proxy dials it, and the address of our connection is the proxy's
    refused: str = ""  # the address that it was not allowed to, and of which kind that is

    def forbidden(self, why: str) -> ForbiddenAddressError:
        """The error for people."""
        leads = "led" if self.led else "leads"
        return ForbiddenAddressError(f"{self.registry} {leads} to {why}", host=self.registry)


_attempt: ContextVar[Attempt] = ContextVar("attempt")


class Dialling:
    """The context manager of `Guard.dialling`. A class: each request has one, and a generator is slower."""

    __slots__ = ("_attempt", "_token")
    _token: Token[Attempt]

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    def __enter__(self) -> None:
        self._token = _attempt.set(self._attempt)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raises ForbiddenAddressError in place of the network's error when the guard refused the address."""
        _attempt.reset(self._token)
        if isinstance(error, OSError) and self._attempt.refused:
            raise self._attempt.forbidden(self._attempt.refused) from error


class Guard:
    """Give `open_socket` to the connector, and make every request inside of `dialling`."""

    def __init__(self, options: RegistryOptions, way: "ProxyWay | None" = None) -> None:
        """`way`: the proxies that the operator, or a person at a terminal, has named."""
        self._way = way
        self._local = options.local
        self._private = authorities(options.private_hosts)
        self._insecure = authorities(options.insecure_hosts)
        self._told = self._private | self._insecure | _led_to(options)
        self._known_private: set[str] = set()

    def dialling(self, registry: str, url: URL, *, led_by: URL | None = None) -> "Dialling":
        """A request inside may go to that URL. `led_by`: the registry's own URL, when its answer named this one.

        Raises ForbiddenAddressError for a scheme or port that is not allowed, or when the address was refused.
        """
        place = authority(url)
        source = authority(led_by) if led_by else place
        own = source == place or source in self._known_private
        attempt = Attempt(registry, place, plain=url.scheme != "https", own=own, led=source != place)
        self._check(url, attempt)
        return Dialling(attempt)

    def open_socket(self, addr_info: tuple[Any, ...]) -> socket.socket:
        """A socket for one resolved address. Raises PermissionError when it may not be dialled."""
        family, kind, protocol, _, address = addr_info
        attempt = _attempt.get()
        found = reach(address[0])
        if attempt.passed_on:
            return socket.socket(family=family, type=kind, proto=protocol)
        if why := self._why_not(attempt, address[0], found):
            attempt.refused = why
            raise PermissionError(why)
        if found is not Reach.PUBLIC and len(self._known_private) < _REMEMBERED_MAX:
            self._known_private.add(attempt.place)
        return socket.socket(family=family, type=kind, proto=protocol)

    def proxy_for(self, url: URL) -> URL | None:
        """The proxy that will dial the URL; None when we do."""
        return self._way.find(url) if self._way else None

    async def pass_on(self, url: URL) -> None:
        """Inside of `dialling`: when a proxy will dial the URL, what we know of the place is judged here.

        Its addresses as we see them: mostly none, as the proxy is there to find them. So names that lead into the
        network of the proxy are refused by themselves. Raises ForbiddenAddressError.
        """
        if self._way is None or self._way.find(url) is None:
            return
        from bot.oci.local_names import is_local_name, is_metadata_name  # noqa: PLC0415 - only behind a proxy

        attempt, host = _attempt.get(), url.raw_host or ""
        if is_metadata_name(host):
            raise attempt.forbidden(f"{attempt.place}, the metadata service of a cloud; that is never allowed")
        for address in await self._way.addresses(url):
            if why := self._why_not(attempt, address, reach(address)):
                raise attempt.forbidden(why)
        told = attempt.place in self._private or self._at_home(attempt)
        if not told and is_local_name(host):
            raise attempt.forbidden(f"{attempt.place}, a name of a private network; {_LIST} PROVENANCE_PRIVATE_HOSTS")
        if attempt.plain and attempt.place not in self._insecure:
            raise attempt.forbidden(f"{attempt.place} over plain HTTP; {_LIST} PROVENANCE_INSECURE_HOSTS")
        attempt.passed_on = True

    def _why_not(self, attempt: Attempt, address: str, found: Reach) -> str:
        if found is Reach.METADATA:
            return f"{attempt.place}, which is at {address}, the metadata service of a cloud; that is never allowed"
        if attempt.place in self._private or (self._at_home(attempt) and found in _HOME):
            allowed = True
        else:
            allowed = found is Reach.PUBLIC
        if not allowed:
            return f"{attempt.place}, which is at {address}, a {found} address; {_LIST} PROVENANCE_PRIVATE_HOSTS"
        if attempt.plain and attempt.place not in self._insecure and found is not Reach.LOOPBACK:
            return f"{attempt.place} over plain HTTP; {_LIST} PROVENANCE_INSECURE_HOSTS"
        return ""

    def _at_home(self, attempt: Attempt) -> bool:
        """On a person's own machine, and asked for by the person or by a host of theirs."""
        return self._local and attempt.own

    def _check(self, url: URL, attempt: Attempt) -> None:
        """What can be decided before there is an address."""
        if url.scheme not in ("http", "https") or url.user or not url.host:
            raise attempt.forbidden("something that is not a plain web address")
        known = attempt.place in self._known_private
        if known and not (attempt.place in self._private or self._at_home(attempt)):
            # A connection that is kept open would be used again, without a new socket.
            raise attempt.forbidden(f"{attempt.place}, a host that is not public; {_LIST} PROVENANCE_PRIVATE_HOSTS")
        usual = self._local or attempt.plain or url.port == _HTTPS_PORT
        if not usual and attempt.place not in self._told:
            raise attempt.forbidden(f"{attempt.place}, which is not port 443; {_LIST} PROVENANCE_PRIVATE_HOSTS")


def _led_to(options: RegistryOptions) -> frozenset[str]:
    """Where the operator's own tables lead."""
    realms = (URL(realm) for realm in options.realms.values())
    mirrors = (target.partition("/")[0] for target in options.mirrors.values())
    return frozenset(authority(url) for url in realms if url.host) | authorities(mirrors)
