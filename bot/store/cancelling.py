"""Connections to the store on which a cancellation is never lost, and no answer is waited for without end.

With a `socket_timeout`, redis-py writes under asyncio.wait_for. Before Python 3.12 that swallows a cancellation which
comes just as the write is done (https://github.com/python/cpython/issues/86296): the end of a time limit or of the
program is not noticed, and a loop over the store runs on. And a read with a time limit of its own returns None when
the time is over, as if the store had nothing. So these connections have neither. One timer a connection looks whether
it has waited too long, and breaks it then: whoever waits gets an error, and no late answer can come to another command.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

from redis.asyncio import Connection, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import TimeoutError as StoreTimeoutError

from bot.store.packed_in_c import PackedInC

ANSWER_MAX: Final = 5.0
"""Seconds for one command; nothing here blocks on the server's side."""


class Cancelling(PackedInC):
    """Bounds each write and each answer."""

    _due: float | None = None  # when what is waited for now is late
    _timer: asyncio.TimerHandle | None = None

    async def send_packed_command(self, command: bytes | str | Iterable[bytes], check_health: bool = True) -> None:  # noqa: FBT001, FBT002 - redis-py's signature
        """Write a command, in ANSWER_MAX with the connecting. Raises redis-py's errors."""
        if self.is_connected:
            before = self._begin()
            try:
                return await super().send_packed_command(command, check_health)
            finally:
                self._due = before
        try:
            async with asyncio.timeout(ANSWER_MAX):
                return await super().send_packed_command(command, check_health)
        except TimeoutError:
            await self.disconnect(nowait=True)
            raise StoreTimeoutError("Timeout writing to socket") from None

    async def read_response(self, disable_decoding: bool = False, timeout: float | None = None, **named: Any) -> Any:  # noqa: ANN401, ASYNC109, FBT001, FBT002 - as above
        """Read an answer, in ANSWER_MAX unless the caller says otherwise. Raises redis-py's errors."""
        if timeout is not None:
            return await super().read_response(disable_decoding, timeout, **named)
        before = self._begin()
        try:
            return await super().read_response(disable_decoding, **named)
        finally:
            self._due = before

    async def read_answers(self, count: int) -> list[Any]:
        """Read so many answers, in ANSWER_MAX; a refusal is among them as a ResponseError. Raises redis-py's errors.

        `read_response` does the same for one, and asks for each what concerns the connection.
        """
        before = self._begin()
        try:
            answers = [await self._parser.read_response() for _ in range(count)]  # type: ignore[attr-defined]
        except OSError as error:
            await self.disconnect(nowait=True)
            raise StoreConnectionError(f"reading an answer failed ({type(error).__name__})") from error
        except BaseException:  # what comes later would be taken for the answer to another command
            await self.disconnect(nowait=True)
            raise
        finally:
            self._due = before
        self.next_health_check = asyncio.get_running_loop().time() + self.health_check_interval
        return answers

    def _begin(self) -> float | None:
        """Something is waited for, which is late after ANSWER_MAX. What was waited for till now, for its end."""
        before, loop = self._due, asyncio.get_running_loop()
        self._due = loop.time() + ANSWER_MAX
        if self._timer is None:  # one timer for many answers: it looks again when it is over
            self._timer = loop.call_at(self._due, self._look)
        return before

    def _look(self) -> None:
        """The timer is over: break the connection if it is late."""
        self._timer = None
        if self._due is None:
            return
        loop = asyncio.get_running_loop()
        if loop.time() < self._due:
            self._timer = loop.call_at(self._due, self._look)
        elif self._reader is not None and self._writer is not None:
            self._reader.set_exception(StoreTimeoutError("Timeout waiting for the store"))
            self._writer.transport.abort()


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
