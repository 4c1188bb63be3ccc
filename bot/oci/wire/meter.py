"""What one exchange costs beyond the content that we asked for, and where that ends.

A server can make us parse for as long as the connection lasts without ever sending content: informational responses
(RFC 9110, section 15.2), chunks of one byte with long extensions (RFC 9112, section 7.1.1), a byte in each packet. So
the bytes and reads of each exchange are counted where they come from the network, and compared with the content.
"""

import asyncio
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, Final, cast

from aiohttp import ClientConnectionError, TCPConnector
from msgspec import Struct

if TYPE_CHECKING:
    from aiohttp.connector import Connection

HEAD_MAX: Final = 64 * 1024
"""Bytes until the head of the final response is there, informational ones included. Registries send 1 to 4 KB."""

FRAMING_MAX: Final = 512 * 1024
"""Bytes that are not content, per exchange. The network and aiohttp hold up to 384 KB that we have not taken yet."""

FRAMING_SHARE: Final = 8
"""And one more byte for so many of content: chunks of 64 bytes pass, chunks of one byte do not."""

READS_MAX: Final = 2000
"""Reads from the network, per exchange."""

READ_SIZE: Final = 256
"""And one more read for so many bytes; a packet of the network holds about 1,400."""


class Spending(Struct):
    """What one exchange has cost so far. `refused` says why it was ended."""

    received: int = 0
    reads: int = 0
    taken: int = 0  # bytes of content
    has_head: bool = False
    refused: str = ""

    @property
    def framing(self) -> int:
        """Bytes that were not content."""
        return max(0, self.received - self.taken)

    def take(self, count: int) -> None:
        """So much content was read."""
        self.taken += count

    def receive(self, count: int) -> str:
        """So much came from the network. Why that is too much, "" when it is not."""
        if not self.has_head and self.received > HEAD_MAX:  # before this read: it may bring content with the head
            self.refused = f"more than {HEAD_MAX} bytes before its answer"
        self.received += count
        self.reads += 1
        if self.framing > FRAMING_MAX + self.taken // FRAMING_SHARE:
            self.refused = "too many bytes that are not content"
        if self.reads > READS_MAX + self.received // READ_SIZE:
            self.refused = "its answer in too many small pieces"
        return self.refused


_spending: ContextVar[Spending | None] = ContextVar("spending", default=None)


class Metering:
    """The context manager of `metering`. A class: each request has one, and a generator is slower."""

    __slots__ = ("_token",)
    _token: Token[Spending | None]

    def __enter__(self) -> Spending:
        spending = Spending()
        self._token = _spending.set(spending)
        return spending

    def __exit__(self, *_: object) -> None:
        _spending.reset(self._token)


def metering() -> Metering:
    """Count the exchange inside."""
    return Metering()


class MeteredConnector(TCPConnector):
    """A connector whose connections are counted, for each exchange anew."""

    async def connect(self, *arguments: Any, **named: Any) -> "Connection":  # noqa: ANN401 - the base class's own
        """A connection, new or used before; aiohttp asks for one for every request.

        And once more when the first one was lost: not after we have ended it. Raises ClientConnectionError then.
        """
        spending = _spending.get()
        if spending is None:  # not inside of metering()
            return await super().connect(*arguments, **named)
        if spending.refused:
            raise ClientConnectionError(spending.refused)
        connection = await super().connect(*arguments, **named)
        transport = cast("asyncio.Transport", connection.transport)
        meter = transport.get_protocol()
        if not isinstance(meter, _Meter):
            meter = _Meter(transport, cast("asyncio.Protocol", meter))
            transport.set_protocol(meter)
        meter.spending = spending
        return connection


class _Meter(asyncio.Protocol):
    """Between the network and aiohttp's own protocol, for as long as the connection lives."""

    def __init__(self, transport: asyncio.Transport, inner: asyncio.Protocol) -> None:
        self._transport = transport
        self._inner = inner
        self.spending = Spending()

    def data_received(self, data: bytes) -> None:
        if self.spending.receive(len(data)):
            self._transport.abort()
        else:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()
