"""How many webhook deliveries a web process takes in a second, and how late its answers are: embedded store, and Redis.

Each delivery announces another tag. Clients ask again as soon as they are answered, or offer so many deliveries a
second in all, each at its time: then how late an answer is counts from that time, also when no client was free to send
it. Beside it the floor in the same store: an aiohttp program without anything else,
which parses the JSON and does one SET (bare_door.py). Processor time is what to compare on a machine that others use.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct
from redis import Redis

from bench.idle import resident
from bench.saying import percentile, say
from bot.demo.webhooks import request
from bot.oci.reference import Reference
from bot.settings_values import WebhookSource
from bot.store.engine import running_engine
from tests.making import digest
from tests.real_parts import free_port
from tests.real_redis import REDIS_SERVER, RedisServer, running_server

HOST: Final = "registry.example"
SECRET: Final = "s" * 40
SOURCE: Final = {"id": "own", "kind": "distribution", "secret": SECRET, "hosts": [HOST]}
ROWS: Final = ((1, 0), (50, 0), (100, 0), (100, 1000))
"""Clients, and the deliveries a second that all of them offer; 0 = as many as are answered."""
SECONDS: Final = 5.0
SLOW: Final = 1000
TICKS: Final = os.sysconf("SC_CLK_TCK")

TRUSTED: Final = WebhookSource.model_validate(SOURCE)

Make = Callable[[int], bytes]


class Answered(Struct, frozen=True):
    """How long each answer took, in seconds, and for how long all were asked."""

    times: Sequence[float]
    seconds: float
    refused: int  # 503: the store did not take it in time

    def __str__(self) -> str:
        p50, p99 = (percentile(self.times, part) * 1000 for part in (0.5, 0.99))
        return (
            f"{len(self.times) / self.seconds:6.0f}/s, p50 {p50:5.1f} ms, p99 {p99:6.1f} ms"
            + f", {self.refused} refused" * bool(self.refused)
        )


def delivery(number: int) -> bytes:
    sent = request(TRUSTED, Reference(HOST, "demo/app", f"1.{number}"), digest(str(number)))
    lines = [f"POST {sent.path} HTTP/1.1", "Host: bench", f"Content-Length: {len(sent.body)}"]
    lines += [f"{name}: {value}" for name, value in sent.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + sent.body


async def ask(ports: Sequence[int], clients: int, make: Make, first: int, rate: float = 0) -> Answered:
    """So many clients, each with one request after the other on one connection, divided among the ports.

    `rate` is of all of them, in deliveries a second; 0 = as fast as they are answered.
    """
    times: list[float] = []
    refused: list[bool] = []
    numbers = iter(range(first, sys.maxsize))
    begun = time.perf_counter()

    async def client(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            number = next(numbers)
            sent = make(number)
            start = begun + (number - first) / rate if rate else time.perf_counter()
            if start - begun >= SECONDS:
                break
            if (early := start - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            writer.write(sent)
            head = await reader.readuntil(b"\r\n\r\n")
            refused.append(head.split(b" ", 2)[1] not in {b"200", b"202"})
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
            times.append(time.perf_counter() - start)
        writer.close()

    await asyncio.gather(*(client(ports[number % len(ports)]) for number in range(clients)))
    return Answered(times, time.perf_counter() - begun, sum(refused))


@contextmanager
def web(folder: Path, redis_url: str) -> Iterator[tuple[int, int]]:
    """A web process: its port, and its process id."""
    port = free_port()
    more = {"REDIS_URL": redis_url} if redis_url else {"PROVENANCE_DATA": str(folder / "data")}
    environment = {
        "PORT": str(port),
        "PROVENANCE_WEBHOOKS": json.dumps([SOURCE]),
        "PROVENANCE_WATCH": json.dumps([f"{HOST}/*/*"]),
        "PROVENANCE_PUSH_BURST": "1000000",
        "PROVENANCE_LOG_FORMAT": "json",
        **more,
    }
    command = [sys.executable, "-m", "bot", "serve"]
    path = folder / f"log-{port}"
    with path.open("wb") as log, subprocess.Popen(command, env=environment, stderr=log, stdout=log) as web:
        try:
            while b'"serving"' not in path.read_bytes():
                assert web.poll() is None, path.read_text()
                time.sleep(0.05)
            yield port, web.pid
        finally:
            web.terminate()


def processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def bare(address: str) -> Iterator[tuple[int, int]]:
    """The floor on that store: its port, and its process id."""
    port = free_port()
    command = [sys.executable, "-m", "bench.bare_door", str(port), address]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=dict(os.environ)) as process:  # noqa: TID251 - handed on
        try:
            while not accepts(port):
                assert process.poll() is None
                time.sleep(0.05)
            yield port, process.pid
        finally:
            process.terminate()


def accepts(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def cost(servers: Sequence[tuple[int, int]], clients: int, first: int, rate: float = 0) -> tuple[Answered, float]:
    """What came of it, and milliseconds of processor time of each delivery; of each server its port and process id."""
    used = sum(processor_time(pid) for _, pid in servers)
    took = asyncio.run(ask([port for port, _ in servers], clients, delivery, first, rate))
    return took, (sum(processor_time(pid) for _, pid in servers) - used) / len(took.times) * 1000


def reads(address: str) -> int:
    """How often the store's server has read from its clients."""
    with Redis.from_url(address) as redis:
        return int(redis.info("stats")["total_reads_processed"])


async def beside_slow(port: int, pid: int) -> float:
    """Megabytes of the process while so many connections have sent the head of a delivery and nothing more."""
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(SLOW)]
    head = delivery(0).partition(b"\r\n\r\n")[0] + b"\r\n\r\n{"
    for _, writer in opened:
        writer.write(head)
    await asyncio.sleep(2)
    held = resident(pid)
    for _, writer in opened:
        writer.close()
    return held


def said(clients: int, rate: int) -> str:
    return f"{clients:3} clients" + f", {rate}/s offered" * bool(rate)


def measure(name: str, redis_url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        port, pid = stack.enter_context(web(Path(folder), redis_url))
        address = redis_url or asyncio.run(running_engine(Path(folder) / "data"))
        assert address is not None
        bare_port, bare_pid = stack.enter_context(bare(address))
        first = 0
        for clients, rate in ROWS:
            floor, of_floor = cost([(bare_port, bare_pid)], clients, first, rate)
            before = reads(address)
            took, used = cost([(port, pid)], clients, first, rate)
            read = (reads(address) - before) / len(took.times)
            first += len(took.times) + len(floor.times) + clients
            say(
                f"{name:>8}, {said(clients, rate)}: {took}, {used:4.2f} ms CPU ({used / of_floor:.1f} of the floor)"
                f", {read:.2f} reads of the store"
            )
            say(f"{'floor':>8}, {said(clients, rate)}: {floor}, {of_floor:4.2f} ms CPU")
        idle = resident(pid)
        other = stack.enter_context(web(Path(folder), redis_url))
        for clients, rate in ROWS[1:]:
            took, used = cost([(port, pid), other], clients, first, rate)
            first += len(took.times) + clients
            say(f"{name:>8}, {said(clients, rate)}, 2 processes: {took}, {used:4.2f} ms CPU")
        say(f"{name:>8}: {idle:.0f} MB, with {SLOW} slow bodies {asyncio.run(beside_slow(port, pid)):.0f} MB")


def main() -> None:
    with ExitStack() as stack:
        measure("embedded", "")
        if shutil.which(REDIS_SERVER):
            folder, port = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))), free_port()
            flags = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes")
            server = RedisServer(REDIS_SERVER, folder, f"redis://127.0.0.1:{port}/0", flags)
            measure("Redis", stack.enter_context(running_server(server)).url)


if __name__ == "__main__":
    main()
