"""Real stores for the tests: the embedded engine's Valkey, and Debian's redis-server on a port of its own.

async def test_something(store: Store) -> None:          # Valkey, empty; in `make test`
async def test_something(redis_server: RedisServer) -> None:  # Debian's, for tests marked `real`
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from msgspec import Struct
from pydantic import SecretStr
from redis import Redis
from redis.exceptions import RedisError

from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.engine.binary import find_binary
from bot.store.schema import KEY as SCHEMA_KEY
from tests.real_parts import free_port
from tests.waiting import PATIENCE

REDIS_SERVER = "/usr/bin/redis-server"


class RedisServer(Struct):
    """A server that can be killed and started again on its files."""

    binary: str
    folder: Path
    url: str
    flags: tuple[str, ...]
    environment: dict[str, str] | None = None
    config: tuple[str, ...] = ()  # a file, which it wants first
    process: subprocess.Popen[bytes] | None = None

    def settings(self, **more: object) -> Settings:
        """Settings with this store."""
        return Settings.model_validate({"redis_url": SecretStr(self.url), "data": self.folder / "unused", **more})

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own arguments
                [self.binary, *self.config, "--dir", str(self.folder), *self.flags],
                stdout=log,
                stderr=log,
                env=self.environment,
            )
        deadline = time.monotonic() + PATIENCE
        with Redis.from_url(self.url) as client:
            while not _pings(client):
                assert self.process.poll() is None, (self.folder / "server.log").read_text()
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.02)

    def kill(self) -> None:
        """As kill -9 does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@contextmanager
def running_server(server: RedisServer) -> Iterator[RedisServer]:
    """For as long as the block lasts, and longer for nothing."""
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def valkey() -> Iterator[RedisServer]:
    """The embedded engine's binary, without its keeper and its files: one for all tests of a run."""
    with tempfile.TemporaryDirectory(prefix="valkey-") as name:  # tmp_path is too long for a socket
        socket = Path(name) / "s"
        flags = ("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--save", "")
        with running_server(RedisServer(str(find_binary()), Path(name), f"unix://{socket}", flags)) as server:
            yield server


@pytest.fixture
def empty_store(valkey: RedisServer) -> RedisServer:
    """That server with nothing in it."""
    with Redis.from_url(valkey.url) as client:
        client.flushall()
    return valkey


@pytest.fixture
async def store(empty_store: RedisServer) -> AsyncIterator[Store]:
    """An open, empty store, without the number of its schema: that belongs to it and not to what a test stores."""
    async with open_store(empty_store.settings()) as opened:
        await opened.redis.delete(SCHEMA_KEY)
        yield opened


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """Debian's redis-server on 127.0.0.1, with a password and an append-only file."""
    assert shutil.which(REDIS_SERVER), "make debian installs it"
    folder = tmp_path / "redis"
    folder.mkdir()
    port = free_port()
    flags = (
        *("--port", str(port), "--bind", "127.0.0.1", "--requirepass", "hush-hush", "--save", ""),
        # Each second, as in compose.yaml, holds writes back on a busy disk: what a killed one keeps is then luck.
        *("--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"),
    )
    with running_server(RedisServer(REDIS_SERVER, folder, f"redis://:hush-hush@127.0.0.1:{port}/0", flags)) as server:
        yield server


@asynccontextmanager
async def full_memory(store: Store) -> AsyncIterator[None]:
    """Inside, the store takes no command that needs memory."""
    await store.redis.config_set("maxmemory", 1)
    try:
        yield
    finally:
        await store.redis.config_set("maxmemory", 0)


def _pings(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False
