"""Strangers open connections and say nothing, or little: the monitor gets its answer all the same."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request
from msgspec import Struct, field

from handlers import body
from handlers.connection_limits import SPARE, TOTAL_MAX, Limits
from handlers.connections import Connections
from tests.real_parts import free_port
from tests.waiting import PATIENCE, eventually

GET = b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n"
WHOLE = b"POST /upload HTTP/1.1\r\nHost: bot\r\nContent-Length: 9\r\n\r\n123456789"
PART = WHOLE[:-8]
HALF = b"GET /healthz HTTP/1.1\r\nHost: b"


class Door(Struct):
    """A small application behind the limits, on 127.0.0.1."""

    connections: Connections
    port: int
    gate: asyncio.Event
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def connect(self, address: str = "127.0.0.2", said: bytes = b"") -> asyncio.StreamReader:
        """A client at that address of the loopback network."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))
        self.writers.append(writer)
        writer.write(said)
        return reader

    async def says(self, address: str = "127.0.0.9", said: bytes = GET) -> int:
        """The status of the answer to a request."""
        reader = await self.connect(address, said)
        return int((await asyncio.wait_for(reader.readline(), PATIENCE)).split()[1])

    async def is_closed(self, reader: asyncio.StreamReader) -> bytes:
        """What came until the end."""
        with contextlib.suppress(ConnectionError):
            return await asyncio.wait_for(reader.read(), PATIENCE)
        return b""


@pytest.fixture
def limits() -> Limits:
    return Limits(total=8, per_address=4, spare=2, head=60, stuck=60)


@pytest.fixture
def proxies() -> frozenset[str]:
    return frozenset()


@pytest.fixture
async def door(limits: Limits, proxies: frozenset[str]) -> AsyncIterator[Door]:
    gate = asyncio.Event()

    async def alive(request: web.Request) -> web.Response:  # noqa: ARG001
        return web.Response(text="alive")

    async def slow(request: web.Request) -> web.Response:  # noqa: ARG001
        await gate.wait()
        return web.Response(text="done")

    async def upload(request: web.Request) -> web.Response:
        await body.read(request, most=100, seconds=60)
        return web.Response()

    async def large(request: web.Request) -> web.Response:  # noqa: ARG001
        return web.Response(body=b"x" * 50_000_000)

    connections = Connections(limits, proxies.__contains__)
    app = web.Application(middlewares=[connections.while_asked])
    app.add_routes([web.get("/healthz", alive), web.get("/slow", slow), web.get("/large", large)])
    app.add_routes([web.post("/upload", upload)])
    runner = web.AppRunner(app, keepalive_timeout=60, shutdown_timeout=1)
    await runner.setup()
    assert runner.server is not None
    listening = await asyncio.get_running_loop().create_server(connections.guard(runner.server), "127.0.0.1", 0)
    opened = Door(connections, listening.sockets[0].getsockname()[1], gate)
    yield opened
    gate.set()
    for writer in opened.writers:
        writer.close()
    listening.close()
    await runner.cleanup()
    await eventually(lambda: len(connections) == 0)


@pytest.mark.parametrize("said", [b"", HALF, GET])
async def test_an_address_that_holds_many_connections_loses_its_oldest(door: Door, said: bytes) -> None:
    first = await door.connect(said=said)
    for _ in range(30):
        await door.connect(said=said)
    await door.is_closed(first)
    await eventually(lambda: door.connections.evicted >= 27)
    assert len(door.connections) <= 4
    assert await door.says() == 200


async def test_when_many_addresses_hold_all_connections_the_monitor_is_answered(door: Door) -> None:
    for number in range(60):
        await door.connect(f"127.0.1.{number % 20 + 1}", HALF)
    assert await door.says() == 200
    assert len(door.connections) <= door.connections.limits.total


async def test_the_one_who_has_most_makes_room(door: Door) -> None:
    """Not the visitor who thinks for a while."""
    visitor = await door.connect("127.0.0.7", HALF)
    for number in range(40):
        await door.connect(f"127.0.1.{number % 3 + 1}", HALF)
    door.writers[0].write(b"ot\r\n\r\n")
    assert b"200" in await asyncio.wait_for(visitor.readline(), PATIENCE)


async def test_who_is_being_answered_is_not_closed(door: Door) -> None:
    busy = [await door.connect(said=b"GET /slow HTTP/1.1\r\nHost: bot\r\n\r\n") for _ in range(4)]
    await eventually(lambda: sum(found.is_busy for found in door.connections._open.values()) == 4)
    assert await door.says("127.0.0.2") == 503  # of the same address
    assert await door.says("127.0.0.3") == 200
    door.gate.set()
    for reader in busy:
        assert b"200" in await asyncio.wait_for(reader.readline(), PATIENCE)


async def test_who_lets_us_wait_for_a_body_makes_room(door: Door) -> None:
    """Strangers who send no end of theirs; the sender of a whole delivery gets its answer."""
    for number in range(30):
        await door.connect(f"127.0.1.{number % 20 + 1}", PART)
    assert await door.says(said=WHOLE) == 200
    assert len(door.connections) <= door.connections.limits.total


async def test_who_lets_us_wait_for_a_body_makes_room_for_others_of_the_same_address(door: Door) -> None:
    for _ in range(30):
        await door.connect(said=PART)
    assert await door.says("127.0.0.2", WHOLE) == 200


async def test_a_client_that_is_gone_before_its_body_is_read_is_no_error_of_ours() -> None:
    """As when its connection has made room in the moment in which its request came."""
    gone = BaseProtocol(asyncio.get_running_loop())
    content = StreamReader(gone, 1000)
    content.feed_data(b"x")
    request = make_mocked_request("POST", "/upload", payload=content)
    request.protocol.transport = None
    with pytest.raises(web.HTTPBadRequest):
        await body.read(request, most=100, seconds=60)


async def test_when_all_are_being_answered_only_the_monitor_is(door: Door) -> None:
    for number in range(8):
        await door.connect(f"127.0.1.{number}", b"GET /slow HTTP/1.1\r\nHost: bot\r\n\r\n")
    await eventually(lambda: sum(found.is_busy for found in door.connections._open.values()) == 8)
    assert await door.says(said=b"GET /slow HTTP/1.1\r\nHost: bot\r\n\r\n") == 503
    for number in range(30):
        await door.connect(f"127.0.2.{number}", HALF)
    assert await door.says() == 200
    assert await door.says(said=b"GET /readyz HTTP/1.1\r\nHost: bot\r\n\r\n") == 404  # it reached the application
    assert len(door.connections) <= 10


@pytest.mark.parametrize("limits", [Limits(total=8, per_address=4, spare=2, head=0.3, stuck=60)])
@pytest.mark.parametrize("said", [b"", HALF])
async def test_a_head_that_does_not_arrive_in_time_ends_the_connection(door: Door, said: bytes) -> None:
    reader = await door.connect(said=said)
    assert await door.is_closed(reader) == b""


@pytest.mark.parametrize("limits", [Limits(total=8, per_address=4, spare=2, head=0.3, stuck=60)])
async def test_a_request_that_was_asked_in_time_may_take_its_time(door: Door) -> None:
    reader = await door.connect(said=b"GET /slow HTTP/1.1\r\nHost: bot\r\n\r\n")
    await asyncio.sleep(0.6)
    door.gate.set()
    assert b"200" in await asyncio.wait_for(reader.readline(), PATIENCE)


@pytest.mark.parametrize("limits", [Limits(total=8, per_address=4, spare=2, head=60, stuck=0.3)])
async def test_a_client_that_reads_nothing_is_closed(door: Door) -> None:
    await door.connect(said=b"GET /large HTTP/1.1\r\nHost: bot\r\n\r\n")
    await eventually(lambda: len(door.connections) == 1)
    await eventually(lambda: len(door.connections) == 0)


@pytest.mark.parametrize("proxies", [frozenset({"127.0.0.5"})])
async def test_a_proxy_may_hold_more_than_one_client(door: Door) -> None:
    readers = [await door.connect("127.0.0.5", b"GET /slow HTTP/1.1\r\nHost: bot\r\n\r\n") for _ in range(7)]
    await eventually(lambda: sum(found.is_busy for found in door.connections._open.values()) == 7)
    door.gate.set()
    for reader in readers:
        assert b"200" in await asyncio.wait_for(reader.readline(), PATIENCE)


@pytest.mark.slow
async def test_with_few_file_descriptors_half_open_requests_do_not_stop_the_monitor(tmp_path: Path) -> None:
    """The whole process, as `provenance serve` starts it."""
    port = free_port()
    command = f"ulimit -n 256; exec {sys.executable} -m handlers"
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "PROVENANCE_DATA": str(tmp_path / "data")}  # noqa: TID251
    process = await asyncio.create_subprocess_shell(command, env=environment)
    door = Door(Connections(Limits()), port, asyncio.Event())
    try:
        async with asyncio.timeout(PATIENCE):
            while not await _answers(door):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        for number in range(400):
            with contextlib.suppress(OSError):
                await door.connect(f"127.0.1.{number % 40 + 1}", HALF)
        for _ in range(20):
            assert await door.says() == 200
    finally:
        process.terminate()
        await process.wait()
        for writer in door.writers:
            writer.close()


async def _answers(door: Door) -> bool:
    try:
        return await door.says() == 200
    except (OSError, IndexError):
        return False


@pytest.mark.parametrize("files", [64, 256, 1024, 65536, 2**63 - 1])
def test_the_limits_leave_file_descriptors_for_all_else(files: int) -> None:
    limits = Limits.for_files(files)
    assert limits.total + limits.spare <= max(files // 2, 40)
    assert limits.total <= TOTAL_MAX
    assert limits.spare == SPARE
    assert 4 <= limits.per_address <= limits.total
