"""A store behind Redis Sentinel: the addresses of sentinels, and connections to the server that is the master now.

    redis+sentinel://[user:password@]host[:port][,host[:port]…]/name[/db][?sentinel_password=…]

`rediss+sentinel://` for TLS to all of them. The grammar is docket's, which opens the queue at the same address.
https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/
"""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from redis.asyncio.sentinel import (
    MasterNotFoundError,
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)

from bot.errors import SettingsError
from bot.store.cancelling import Cancelling

SENTINEL_SCHEMES: Final = ("redis+sentinel://", "rediss+sentinel://")

PORT: Final = 26379
"""Of a sentinel, where none is said."""

SENTINEL_ANSWER_MAX: Final = 1.0
"""Seconds for one sentinel to answer; then the next one is asked."""

CONNECTIONS_MAX: Final = 500
"""To the master. One more is an error, and there are never so many: most commands share a few (grouping.py)."""

_REASON: Final = re.compile(r">\)> - (\S+?)(?:, <|$)")
"""What redis-py says of one sentinel, behind the client that asked it."""

_OPTIONS: Final = frozenset({"sentinel_username", "sentinel_password", "ssl_ca_certs"})


@dataclass(frozen=True, slots=True)
class SentinelAddress:
    """What an address says. `options` are those behind the question mark."""

    sentinels: tuple[tuple[str, int], ...]
    service: str
    db: int
    username: str | None
    password: str | None = field(repr=False)
    is_tls: bool
    options: dict[str, str] = field(repr=False)


def parse_sentinel(url: str) -> SentinelAddress:
    """Raises SettingsError, which never shows the address: it may hold a password."""
    try:
        scheme, _, rest = url.partition("://")
        place, slash, path = rest.partition("/")
        login, _, hosts = place.rpartition("@")
        user = urlsplit(f"//{login}@x") if login else None
        split = [urlsplit(f"//{host}") for host in hosts.split(",")]
        sentinels = tuple((host.hostname or "", host.port or PORT) for host in split)
        path, _, query = path.partition("?")
        service, _, db = path.partition("/")
        options = {name: values[-1] for name, values in parse_qs(query, strict_parsing=bool(query)).items()}
        number = int(db or "0")
    except ValueError:
        raise SettingsError("REDIS_URL: is not an address of sentinels") from None
    if not slash or not service or not all(host for host, _ in sentinels):
        raise SettingsError("REDIS_URL: is written like redis+sentinel://host1:26379,host2:26379/name of the master")
    if unknown := options.keys() - _OPTIONS:
        raise SettingsError(
            f"REDIS_URL: {', '.join(sorted(unknown))[:100]} is not one of {', '.join(sorted(_OPTIONS))}"
        )
    return SentinelAddress(
        sentinels,
        unquote(service),
        number,
        unquote(user.username) if user and user.username else None,
        unquote(user.password) if user and user.password else None,
        scheme.startswith("rediss"),
        options,
    )


class _Asking(SentinelManagedConnection):
    """Asks the sentinels also when it was lost between two attempts at a command.

    redis-py's own dials its last address again then, and so the attempts are all made at the old master.
    """

    async def send_packed_command(self, command: bytes | str | Iterable[bytes], check_health: bool = True) -> None:  # noqa: FBT001, FBT002 - redis-py's signature
        """redis-py's own, at the server that is the master now. Raises redis-py's errors."""
        if not self.is_connected:
            await self.connect_to(await self.connection_pool.get_master_address())  # type: ignore[no-untyped-call]
        await super().send_packed_command(command, check_health)


class _Tcp(Cancelling, _Asking):
    pass


class _Tls(Cancelling, _Asking, SentinelManagedSSLConnection):
    pass


class _OneByOne(Sentinel):
    """Is asked once at a time: redis-py's own moves the one that answers to the front, and two who do lose a third."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - redis-py's
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]
        self._turn = asyncio.Lock()

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        """redis-py's own. Raises MasterNotFoundError, in words: its own shows each client with all its options."""
        async with self._turn:
            try:
                return await super().discover_master(service_name)  # type: ignore[no-any-return]
            except MasterNotFoundError as error:
                reasons = ", ".join(sorted(set(_REASON.findall(str(error)))))
                said = f"no sentinel answers ({reasons})" if reasons else "no sentinel knows its name, or it is down"
                raise MasterNotFoundError(f"the master {service_name!r} is not found: {said}") from None


class MasterPool(SentinelConnectionPool):
    """Connections to the master; a connection to one that is the master no longer is replaced."""

    async def aclose(self) -> None:
        """Close these, and those to the sentinels."""
        await super().aclose()
        for sentinel in self.sentinel_manager.sentinels:
            await sentinel.aclose()


def master_pool(address: SentinelAddress, **options: Any) -> MasterPool:  # noqa: ANN401 - redis-py's, for the master
    """Nothing is sent yet."""
    tls = {"ssl_ca_certs": address.options["ssl_ca_certs"]} if "ssl_ca_certs" in address.options else {}
    of_sentinels: dict[str, Any] = {
        "username": address.options.get("sentinel_username"),
        "password": address.options.get("sentinel_password"),
        "socket_timeout": SENTINEL_ANSWER_MAX,
        "socket_connect_timeout": SENTINEL_ANSWER_MAX,
        **({"ssl": True, **tls} if address.is_tls else {}),
    }
    return MasterPool(  # type: ignore[no-untyped-call]
        address.service,
        _OneByOne(address.sentinels, sentinel_kwargs=of_sentinels),
        connection_class=_Tls if address.is_tls else _Tcp,
        max_connections=CONNECTIONS_MAX,
        db=address.db,
        username=address.username,
        password=address.password,
        **tls,
        **options,
    )
