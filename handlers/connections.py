"""Open connections: how many there may be, and how long one may take to ask.

A client that opens connections and sends nothing would use up our file descriptors, and then /healthz is not answered.
So a request's head must arrive in time, one address gets a part of the connections, and when all are taken the one that
has been idle longest makes room. It is idle while its client has not sent a request, or the rest of its body.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, cast

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from handlers.client_address import network_of
from handlers.connection_limits import Limits

log = structlog.get_logger(__name__)

PROBES: Final = frozenset({"/healthz", "/readyz"})

_KEPT: Final = web.RequestKey("connection", asyncio.Protocol)
"""The connection of a request."""

_REFUSAL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"
)


class Connections:
    """All open connections of this process."""

    def __init__(self, limits: Limits, is_proxy: Callable[[str], bool] = lambda _: False) -> None:
        """`is_proxy`: addresses that speak for many clients, so that the limit for one address is not for them."""
        self.limits = limits
        self._is_proxy = is_proxy
        self._open: dict[asyncio.BaseTransport, Connection] = {}
        self._of: dict[str, dict[Connection, None]] = defaultdict(dict)  # by address, the longest idle first
        self.refused = 0
        self.evicted = 0

    def __len__(self) -> int:
        return len(self._open)

    def guard(self, server: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        """The same protocols, behind these limits; for `loop.create_server`."""
        return lambda: Connection(self, server())

    @web.middleware
    async def while_asked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A middleware: a connection whose request is answered at this moment is not idle."""
        connection = self._open.get(request.transport) if request.transport is not None else None
        if connection is None:
            return await handler(request)
        if connection.on_probation and request.path not in PROBES:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5", "Connection": "close"})
        request[_KEPT] = connection
        connection.begin()
        try:
            return await handler(request)
        finally:
            connection.end()
            self._to_the_end(connection)

    def admit(self, connection: "Connection") -> bool:
        """Whether it may stay; another one may have to make room."""
        name = connection.address
        of_address = self._of[name]
        if len(of_address) >= self.limits.per_address and not self._is_proxy(name) and not _evict(of_address):
            return self._refuse(name, "too many connections of this address")
        if len(self._open) >= self.limits.total and not self._make_room():
            if len(self._open) >= self.limits.total + self.limits.spare:
                return self._refuse(name, "too many connections")
            connection.on_probation = True
        self._open[connection.transport] = connection
        self._of[name][connection] = None
        return True

    def forget(self, connection: "Connection") -> None:
        """It is gone, or as good as gone."""
        self._open.pop(connection.transport, None)
        of_address = self._of.get(connection.address)
        if of_address is not None:
            of_address.pop(connection, None)
            if not of_address:
                del self._of[connection.address]

    def _to_the_end(self, connection: "Connection") -> None:
        of_address = self._of.get(connection.address, {})
        if connection in of_address:
            del of_address[connection]
            of_address[connection] = None

    def _make_room(self) -> bool:
        """Close an idle connection of the address that has most of them."""
        return any(_evict(found) for found in sorted(self._of.values(), key=len, reverse=True))

    def _refuse(self, name: str, why: str) -> bool:
        if not self._of[name]:
            del self._of[name]
        self.refused += 1
        if self.refused & (self.refused - 1) == 0:  # the 1st, 2nd, 4th, …: a flood must not fill the log
            log.warning("connection refused", address=name, why=why, refused=self.refused, open=len(self._open))
        return False


@contextmanager
def arriving(request: web.Request) -> Iterator[None]:
    """While the body arrives, the connection counts as idle: a client that sends no body must not keep it."""
    connection = request.get(_KEPT)
    if not isinstance(connection, Connection):
        yield
        return
    connection.end()
    try:
        yield
    finally:
        connection.begin()


def _evict(connections: "dict[Connection, None]") -> bool:
    """Close the one that has been idle longest. False when none is idle."""
    idle = next((connection for connection in connections if not connection.is_busy), None)
    if idle is None:
        return False
    idle.evict()
    return True


class Connection(asyncio.Protocol):
    """One connection: hands everything on to aiohttp's protocol, if it is admitted."""

    transport: asyncio.Transport

    def __init__(self, all_of_them: Connections, inner: asyncio.Protocol) -> None:
        self._all = all_of_them
        self._inner = inner
        self._admitted = False
        self._requests = 0
        self._is_stuck = False
        self._timer: asyncio.TimerHandle | None = None
        self.address = ""
        self.on_probation = False

    @property
    def is_busy(self) -> bool:
        """Whether a request of it is being answered."""
        return self._requests > 0 or self._is_stuck

    def begin(self) -> None:
        """The head of a request is there."""
        self._requests += 1
        if not self._is_stuck:
            self._stop_timer()

    def end(self) -> None:
        """Its answer is ready. From here on aiohttp watches over the time until the next head (keepalive_timeout)."""
        self._requests -= 1

    def evict(self) -> None:
        """Make room for another one."""
        self._all.evicted += 1
        self._all.forget(self)
        self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hand it on, or close it at once."""
        self.transport = cast("asyncio.Transport", transport)
        self.address = _address(transport.get_extra_info("peername"))
        self._admitted = self._all.admit(self)
        if not self._admitted:
            self.transport.write(_REFUSAL)
            self.transport.close()
            return
        self._start_timer(self._all.limits.head)
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Hand it on."""
        if self._admitted:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Hand it on."""
        return self._inner.eof_received() if self._admitted else None

    def pause_writing(self) -> None:
        """The client does not read as fast as we write."""
        self._is_stuck = True
        self._start_timer(self._all.limits.stuck)
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """It has read what was waiting."""
        self._is_stuck = False
        self._stop_timer()
        self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._stop_timer()
        if self._admitted:
            self._all.forget(self)
            self._inner.connection_lost(exc)

    def _start_timer(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.transport.abort)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _address(peer: object) -> str:
    return network_of(str(peer[0])) if isinstance(peer, tuple) else ""
