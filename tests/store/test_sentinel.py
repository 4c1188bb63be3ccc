"""Redis Sentinel: how its address is written, and a real fail-over in the middle of pushes."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest
from msgspec import Struct
from pydantic import SecretStr
from redis import Redis

from bot.errors import SettingsError, StoreError
from bot.jobs.queue import DocketQueue, open_queue
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.sentinel import parse_sentinel
from tests.jobs.parts import MORTAL, Looker, Teller, push, working
from tests.real_parts import free_port
from tests.real_redis import REDIS_SERVER, RedisServer, running_server
from tests.waiting import eventually

PASSWORD: Final = "hush-hush"
PUSHES: Final = 60
HALF: Final = PUSHES // 2


def test_an_address_of_sentinels() -> None:
    found = parse_sentinel("redis+sentinel://me:p%40ss@one:1,[::1]:2,three/the-master/4?sentinel_password=other")
    assert found.sentinels == (("one", 1), ("::1", 2), ("three", 26379))
    assert (found.service, found.db, found.username, found.password) == ("the-master", 4, "me", "p@ss")
    assert found.options == {"sentinel_password": "other"}
    assert not found.is_tls
    assert "p@ss" not in repr(found)
    assert "other" not in repr(found)
    assert parse_sentinel("rediss+sentinel://one/m").is_tls


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://one:1",
        "redis+sentinel://one:1/",
        "redis+sentinel:///name",
        "redis+sentinel://:hush-hush@one:port/name",
        "redis+sentinel://:hush-hush@one:1/name/db",
        "redis+sentinel://:hush-hush@one:1/name?socket_timeout=1",
        "redis+sentinel://:hush-hush@[one:1/name",
    ],
)
def test_another_text_is_not_an_address_and_is_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="REDIS_URL: ") as caught:
        parse_sentinel(url)
    assert PASSWORD not in str(caught.value)


class Group(Struct, frozen=True):
    """A master, a replica, and sentinels that make the replica the master when the master is gone."""

    master: RedisServer
    replica: RedisServer
    url: str

    def settings(self) -> Settings:
        return Settings.model_validate({"redis_url": SecretStr(self.url)})


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    ports = [free_port() for _ in range(5)]
    first, second, *sentinels = ports
    common = ("--bind", "127.0.0.1", "--requirepass", PASSWORD, "--masterauth", PASSWORD, "--appendonly", "yes")
    with ExitStack() as stack:
        servers = []
        for port, more in ((first, ()), (second, ("--replicaof", f"127.0.0.1 {first}"))):
            folder = tmp_path / str(port)
            folder.mkdir()
            flags = ("--port", str(port), "--save", "", "--repl-diskless-sync-delay", "0", *common, *more)
            server = RedisServer(REDIS_SERVER, folder, f"redis://:{PASSWORD}@127.0.0.1:{port}/0", flags)
            servers.append(stack.enter_context(running_server(server)))
        for port in sentinels:
            stack.enter_context(running_server(sentinel(tmp_path, port, first)))
        hosts = ",".join(f"127.0.0.1:{port}" for port in sentinels)
        yield Group(servers[0], servers[1], f"redis+sentinel://:{PASSWORD}@{hosts}/bots/0")


def sentinel(folder: Path, port: int, master: int) -> RedisServer:
    """It writes down in its file what it learns."""
    own = folder / str(port)
    own.mkdir()
    (own / "sentinel.conf").write_text(
        f"port {port}\nbind 127.0.0.1\nsentinel monitor bots 127.0.0.1 {master} 2\nsentinel auth-pass bots {PASSWORD}\n"
        "sentinel down-after-milliseconds bots 1000\nsentinel failover-timeout bots 10000\n"
    )
    return RedisServer(
        REDIS_SERVER, own, f"redis://127.0.0.1:{port}/0", (), config=(str(own / "sentinel.conf"), "--sentinel")
    )


async def send(queue: DocketQueue, number: int) -> int:
    """As a registry does: again and again, until it is taken; how often it was refused."""
    image, refused = f"quay.io/acme/app-{number}:1.0", 0
    while True:
        try:
            await queue.enqueue(push(image), key=f"{image}|", delivery=f"delivery {number}")
        except (StoreError, TimeoutError):
            refused += 1
            await asyncio.sleep(0.1)
        else:
            return refused


async def is_replicated(store: Store) -> bool:
    return int(await store.redis.wait(1, 1000)) == 1


def replica_is_known(group: Group) -> bool:
    with Redis.from_url(group.replica.url) as client:
        return bool(dict(client.info("replication"))["master_link_status"] == "up")


@pytest.mark.chaos  # make test-sentinel: a lock of an image that was being checked lasts 50 s
async def test_a_fail_over_in_the_middle_of_pushes_loses_nothing_that_was_replicated(group: Group) -> None:
    await eventually(lambda: replica_is_known(group))
    checker, teller = Looker(), Teller()
    async with open_store(group.settings()) as store, open_queue(store, group.settings()) as queue:
        assert store.url not in repr(store)
        async with working(store, checker, teller, timing=MORTAL):
            await asyncio.gather(*(send(queue, number) for number in range(HALF)))
            await eventually(lambda: is_replicated(store))
            group.master.kill()
            refused = await asyncio.gather(*(send(queue, number) for number in range(HALF, PUSHES)))
            assert sum(refused)  # the fail-over takes seconds, and nobody was told that all is well meanwhile
            images = {f"quay.io/acme/app-{number}:1.0" for number in range(PUSHES)}
            await eventually(lambda: images <= {image for told in teller.told for image in told[0].split(",")})
            assert (await store.redis.info("replication"))["role"] == "master"
    told = Counter(image for told in teller.told for image in told[0].split(","))
    assert set(told) == images
