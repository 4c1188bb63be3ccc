"""Connections to the store on which a cancellation is never lost.

With a `socket_timeout`, redis-py writes under asyncio.wait_for. Before Python 3.12 that swallows a cancellation which
comes just as the write is done (https://github.com/python/cpython/issues/86296): the end of a time limit or of the
program is not noticed, and a loop over the store runs on. So these connections have no `socket_timeout`; they bound
each write and each answer themselves, with asyncio.timeout.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

from redis.asyncio import Connection, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import TimeoutError as StoreTimeoutError

ANSWER_MAX: Final = 5.0
"""Seconds for one command; nothing here blocks on the server's side."""


class Cancelling(AbstractConnection):
    """Bounds each write and each answer."""

    async def send_packed_command(self, command: bytes | str | Iterable[bytes], check_health: bool = True) -> None:  # noqa: FBT001, FBT002 - redis-py's signature
        """Write a command, in ANSWER_MAX with the connecting. Raises redis-py's errors."""
        try:
            async with asyncio.timeout(ANSWER_MAX):
                await super().send_packed_command(command, check_health)
        except TimeoutError:
            await self.disconnect(nowait=True)
            raise StoreTimeoutError("Timeout writing to socket") from None

    async def read_response(self, disable_decoding: bool = False, timeout: float | None = None, **named: Any) -> Any:  # noqa: ANN401, ASYNC109, FBT001, FBT002 - as above
        """Read an answer, in ANSWER_MAX unless the caller says otherwise. Raises redis-py's errors."""
        return await super().read_response(disable_decoding, ANSWER_MAX if timeout is None else timeout, **named)


class _Tcp(Cancelling, Connection):
    pass


class _Tls(Cancelling, SSLConnection):
    pass


class _Unix(Cancelling, UnixDomainSocketConnection):
    pass


CONNECTIONS: Final[Mapping[type[AbstractConnection], type[AbstractConnection]]] = {
    Connection: _Tcp,
    SSLConnection: _Tls,
    UnixDomainSocketConnection: _Unix,
}
"""The class that redis-py chooses for an address, and ours."""
