"""A registry that sends without end what is not content: each exchange and each check ends early.

The servers here write bytes of their own on a real socket; no HTTP library would send such answers.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Final

import pytest
from aiohttp import ClientSession
from msgspec import Struct

from bot.errors import RegistryError, TooLargeError, UnavailableError
from bot.oci import tally
from bot.oci.options import RegistryOptions
from bot.oci.reference import Reference
from bot.oci.registries import open_registries
from bot.oci.wire.meter import FRAMING_MAX, HEAD_MAX, READS_MAX, MeteredConnector, Spending, metering
from tests.oci.opened import Clock

HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oci.image.manifest.v1+json\r\n"
CHUNKED: Final = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
READ_MAX: Final = 256 * 1024
"""Bytes that asyncio reads at once."""


def informational() -> Iterator[bytes]:
    while True:
        yield b"HTTP/1.1 102 Processing\r\n\r\n" * 1000


def informational_with_headers() -> Iterator[bytes]:
    while True:
        yield b"HTTP/1.1 103 Early Hints\r\n" + b"Link: </a>\r\n" * 100 + b"\r\n"


def extension() -> Iterator[bytes]:
    yield CHUNKED + b"1"
    while True:
        yield b";a=b" * 10_000


def extensions() -> Iterator[bytes]:
    yield CHUNKED
    while True:
        yield (b"1;" + b"a" * 10000 + b"\r\nx\r\n") * 20


def small_chunks() -> Iterator[bytes]:
    yield CHUNKED
    while True:
        yield b"1\r\nx\r\n" * 10_000


def trailers() -> Iterator[bytes]:
    yield CHUNKED + b"0\r\n"
    while True:
        yield b"Trailer: of no use\r\n" * 1000


def one_byte_a_packet() -> Iterator[bytes]:
    yield HEAD + b"Content-Length: 60000\r\n\r\n"
    while True:
        yield b"x"


FLOODS: Final = [
    informational,
    informational_with_headers,
    extension,
    extensions,
    small_chunks,
    trailers,
    one_byte_a_packet,
]


class Flood(Struct):
    """A server on 127.0.0.1 that answers everything with a flood."""

    port: int
    sent: int = 0
    connections: int = 0

    @property
    def image(self) -> Reference:
        return Reference.parse(f"127.0.0.1:{self.port}/acme/app:1")


@asynccontextmanager
async def flooding(flood: Callable[[], Iterator[bytes]]) -> AsyncIterator[Flood]:
    found = Flood(0)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            for data in flood():
                writer.write(data)
                found.sent += len(data)
                await writer.drain()
                await asyncio.sleep(0)
        writer.transport.abort()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


@pytest.mark.parametrize("flood", FLOODS)
async def test_an_exchange_ends_when_what_is_not_content_is_too_much(flood: Callable[[], Iterator[bytes]]) -> None:
    options = RegistryOptions(local=True)
    async with flooding(flood) as server, open_registries(options, pace=Clock().pace()) as registry:
        with tally.counting() as counted, pytest.raises(RegistryError):
            await registry.manifest(server.image)
    assert counted.framing <= FRAMING_MAX + 2 * READ_MAX
    assert counted.total <= 3


@pytest.mark.parametrize("flood", [informational, informational_with_headers])
async def test_informational_responses_end_sooner(flood: Callable[[], Iterator[bytes]]) -> None:
    async with flooding(flood) as server, open_registries(RegistryOptions(local=True), pace=Clock().pace()) as registry:
        with tally.counting() as counted, pytest.raises(UnavailableError, match="before its answer"):
            await registry.manifest(server.image)
    assert counted.framing <= HEAD_MAX + 2 * READ_MAX  # the last read is counted and not parsed
    assert (counted.total, server.connections) == (1, 1)  # it is not asked again


async def test_a_check_ends_after_a_few_floods() -> None:
    async with (
        flooding(small_chunks) as server,
        open_registries(RegistryOptions(local=True), pace=Clock().pace()) as registry,
    ):
        with tally.counting() as counted:
            for _ in range(20):
                with contextlib.suppress(UnavailableError, TooLargeError):
                    await registry.manifest(server.image)
            with pytest.raises(TooLargeError, match="CHECK_FRAMING_MAX"):
                await registry.manifest(server.image)
    assert counted.framing <= tally.CHECK_FRAMING_MAX + FRAMING_MAX + 2 * READ_MAX
    assert server.connections <= 10


async def test_many_small_pieces_are_too_many() -> None:
    async with (
        flooding(one_byte_a_packet) as server,
        open_registries(RegistryOptions(local=True), pace=Clock().pace()) as registry,
    ):
        with pytest.raises(UnavailableError, match="small pieces"):
            await registry.manifest(server.image)
    assert server.sent < 60_000


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([(1, 0)] * (READS_MAX + 20), "small pieces"),
        ([(READ_MAX, READ_MAX)] * 1000, ""),
        ([(520, 512)] * 60_000, ""),  # chunks of 512 bytes
        ([(1400, 1390)] * 60_000, ""),  # one packet at a time
        ([(6, 1)] * 20 + [(READ_MAX, READ_MAX // 6)] * 4, "not content"),
    ],
)
def test_what_an_exchange_may_cost(steps: list[tuple[int, int]], why: str) -> None:
    spending = Spending(has_head=True)
    for received, taken in steps:
        spending.receive(received)
        spending.take(taken)
        if spending.refused:
            break
    assert why in spending.refused
    assert bool(why) == bool(spending.refused)


async def test_each_exchange_on_a_connection_is_counted_anew() -> None:
    """And content in chunks of a usual size is read whole."""
    connections = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                chunk = b"200;" + b"a" * 100 + b"\r\n" + b"x" * 512 + b"\r\n"
                writer.write(CHUNKED + chunk * 6000 + b"0\r\n\r\n")
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server, ClientSession(connector=MeteredConnector()) as session:
        for _ in range(4):
            with metering() as spending:
                async with session.get(url) as response:
                    spending.has_head = True
                    async for data in response.content.iter_any():
                        spending.take(len(data))
            assert spending.taken == 6000 * 512
            assert spending.framing > FRAMING_MAX
    assert connections == 1
