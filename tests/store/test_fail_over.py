"""A fail-over by Sentinel as the store sees it: real servers of the embedded engine, and a sentinel of the test's.

The connections that are kept between two round trips (bot/store/grouping.py) still lead to the old master. A whole
group of real sentinels is in test_sentinel.py.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from msgspec import Struct
from pydantic import SecretStr
from redis import Redis
from redis.asyncio.sentinel import MasterNotFoundError

from bot.errors import StoreError
from bot.jobs import queue as queue_module
from bot.jobs.health import look
from bot.jobs.queue import open_queue
from bot.settings import Settings
from bot.store import Store, connection, open_store
from bot.store.connection import connect
from bot.store.engine.binary import find_binary
from bot.store.sentinel import MasterPool
from tests.fake_sentinel import SERVICE, FakeSentinel, fake_sentinel
from tests.jobs.parts import push
from tests.real_parts import free_port
from tests.real_redis import RedisServer, running_server
from tests.waiting import eventually

LIST: Final = "the list"


class Pair(Struct, frozen=True):
    """Two servers: the second one has what the first one has, and follows it until it is made the master."""

    first: RedisServer
    second: RedisServer

    def follow(self) -> None:
        """Begin anew, both empty."""
        self.tell(self.first, "REPLICAOF", "NO", "ONE")
        self.tell(self.first, "FLUSHALL")
        self.tell(self.second, "REPLICAOF", "127.0.0.1", port_of(self.first))

    async def promote(self) -> None:
        """The second one becomes the master, with all that the first one has taken."""
        await eventually(self._is_in_step)
        self.tell(self.second, "REPLICAOF", "NO", "ONE")

    def demote(self) -> None:
        """The first one follows the second. It closes no connection, and answers each write with READONLY."""
        self.tell(self.first, "REPLICAOF", "127.0.0.1", port_of(self.second))

    def _is_in_step(self) -> bool:
        first, second = (self.replication(server) for server in (self.first, self.second))
        is_up = second.get("master_link_status") == "up"
        return is_up and first["master_repl_offset"] == second["slave_repl_offset"]

    @staticmethod
    def replication(server: RedisServer) -> dict[str, object]:
        with Redis.from_url(server.url) as client:
            return dict(client.info("replication"))

    @staticmethod
    def tell(server: RedisServer, *words: str | int) -> object:
        with Redis.from_url(server.url) as client:
            return client.execute_command(*words)


def port_of(server: RedisServer) -> int:
    return int(server.url.rpartition(":")[2])


def taken(server: RedisServer) -> Counter[str]:
    """What stands in the list, and how often."""
    with Redis.from_url(server.url, decode_responses=True) as client:
        return Counter(client.lrange(LIST, 0, -1))


@pytest.fixture(scope="module")
def servers() -> Iterator[Pair]:
    with ExitStack() as stack:
        pair = []
        for _ in range(2):
            folder, port = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="valkey-"))), free_port()
            flags = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--repl-diskless-sync-delay", "0")
            pair.append(RedisServer(str(find_binary()), folder, f"redis://127.0.0.1:{port}", flags))
            stack.enter_context(running_server(pair[-1]))
        yield Pair(*pair)


@pytest.fixture
async def pair(servers: Pair) -> AsyncIterator[Pair]:
    servers.follow()
    yield servers
    if servers.first.process is not None and servers.first.process.poll() is not None:
        servers.first.start()


def settings(sentinel: FakeSentinel) -> Settings:
    return Settings.model_validate({"redis_url": SecretStr(sentinel.url)})


@asynccontextmanager
async def used_store(pair: Pair) -> AsyncIterator[tuple[Store, FakeSentinel]]:
    """A store at the first server, which has kept its connections after some commands of several tasks."""
    async with fake_sentinel(port_of(pair.first)) as sentinel, open_store(settings(sentinel)) as store:
        await write(store, "before", 20)
        asked = sentinel.asked
        await write(store, "with kept connections", 20)
        assert sentinel.asked == asked  # else there are none, and the test shows nothing
        yield store, sentinel


async def write(store: Store, name: str, times: int) -> set[str]:
    """Of as many tasks, each one that appends a text once: it would stand there twice if it was sent twice."""
    texts = {f"{name} {number}" for number in range(times)}
    await asyncio.gather(*(store.redis.rpush(LIST, text) for text in texts))
    return texts


async def all_there_once(pair: Pair, *, more: set[str]) -> None:
    found = taken(pair.second)
    assert more <= set(found)
    assert len(found) == 40 + len(more)
    assert set(found.values()) == {1}


@pytest.mark.parametrize("tasks", [1, 50])
async def test_a_master_that_became_a_replica_is_left_for_the_new_one(pair: Pair, tasks: int) -> None:
    async with used_store(pair) as (store, sentinel):
        await pair.promote()
        sentinel.master = port_of(pair.second)
        pair.demote()
        more = await write(store, "after", tasks)
        await all_there_once(pair, more=more)
        asked = sentinel.asked
        more |= await write(store, "after that", tasks)
        assert sentinel.asked == asked  # the connections to the new one are kept in turn
        await all_there_once(pair, more=more)


@pytest.mark.parametrize("tasks", [1, 50])
async def test_a_master_that_died_is_left_for_the_new_one(pair: Pair, tasks: int) -> None:
    async with used_store(pair) as (store, sentinel):
        await pair.promote()
        sentinel.master = port_of(pair.second)
        pair.first.kill()
        more = await write(store, "after", tasks)
        await all_there_once(pair, more=more)


async def test_sentinels_that_name_the_dead_master_for_a_while_are_asked_again(pair: Pair) -> None:
    async with used_store(pair) as (store, sentinel):
        await pair.promote()
        sentinel.master = port_of(pair.second)
        sentinel.late = [port_of(pair.first)] * 2
        pair.first.kill()
        more = await write(store, "after", 1)
        assert not sentinel.late
        await all_there_once(pair, more=more)


async def test_sentinels_that_name_the_replica_for_a_while_are_asked_again(pair: Pair) -> None:
    async with used_store(pair) as (store, sentinel):
        await pair.promote()
        sentinel.master = port_of(pair.second)
        sentinel.late = [port_of(pair.first)] * 2
        pair.demote()
        more = await write(store, "after", 1)
        assert not sentinel.late
        await all_there_once(pair, more=more)


async def test_without_a_new_master_nobody_is_told_that_it_was_stored(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TRIES", 1)
    monkeypatch.setattr(queue_module, "_PAUSES", ())
    async with used_store(pair) as (store, sentinel), open_queue(store, settings(sentinel)) as queue:
        pair.demote()
        with pytest.raises(StoreError):
            await queue.enqueue(push(), key="k", delivery="d", delay=9, is_announced=True)


async def test_a_master_that_is_not_found_is_told_in_words() -> None:
    """Seen in `provenance doctor`: the client's own options, cut off before the reason."""
    closed = f"127.0.0.1:{free_port()},127.0.0.1:{free_port()}"
    async with fake_sentinel(free_port()) as sentinel:
        unknown = sentinel.url.replace(f"/{SERVICE}/", "/another/")
        for url, why in (
            (f"redis+sentinel://{closed}/{SERVICE}", "no sentinel answers (network:ConnectionError)"),
            (unknown, "no sentinel knows its name, or it is down"),
        ):
            client = connect(url)
            assert isinstance(client.connection_pool, MasterPool)
            with pytest.raises(MasterNotFoundError) as raised:
                await client.connection_pool.get_master_address()  # type: ignore[no-untyped-call]
            await client.aclose()
            name = SERVICE if SERVICE in url else "another"
            assert str(raised.value) == f"the master '{name}' is not found: {why}"


async def test_no_sentinel_is_forgotten_when_many_ask_at_once(pair: Pair) -> None:
    """Two of three are away: all who ask find the third, and move it to the front of the same list."""
    async with fake_sentinel(port_of(pair.first)) as sentinel:
        away = [free_port(), free_port()]
        client = connect(
            sentinel.url.replace("127.0.0.1:", "".join(f"127.0.0.1:{port}," for port in away) + "127.0.0.1:")
        )
        pool = client.connection_pool
        assert isinstance(pool, MasterPool)
        await asyncio.gather(*(pool.get_master_address() for _ in range(20)))  # type: ignore[no-untyped-call]
        known = {one.connection_pool.connection_kwargs["port"] for one in pool.sentinel_manager.sentinels}
        await client.aclose()
    assert known == {*away, sentinel.port}


async def test_no_connection_to_a_sentinel_outlives_the_store_and_the_queue(pair: Pair) -> None:
    async with fake_sentinel(port_of(pair.first)) as sentinel:
        async with open_store(settings(sentinel)) as store, open_queue(store, settings(sentinel)) as queue:
            await queue.enqueue(push(), key="k")
            assert sentinel.open
        await eventually(lambda: sentinel.open == 0)


async def test_pushes_around_a_fail_over_are_queued_once_each(pair: Pair) -> None:
    async with used_store(pair) as (store, sentinel), open_queue(store, settings(sentinel)) as queue:

        async def send(number: int) -> bool:
            image = f"quay.io/acme/app:{number}"
            return await queue.enqueue(push(image), key=image, delivery=image, delay=9, is_announced=True)

        before = await asyncio.gather(*(send(number) for number in range(20)))
        await pair.promote()
        sentinel.master = port_of(pair.second)
        pair.demote()
        after = await asyncio.gather(*(send(number) for number in range(10, 40)))
        assert sum(before) == 20
        assert sum(after) == 20  # ten of them were known
        found = await look(store, queue)
        assert found.store
        assert found.waiting + found.running + found.later == 40
