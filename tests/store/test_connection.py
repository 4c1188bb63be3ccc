"""Opening the store: what is said when it cannot be, and that no password is."""

import asyncio
import logging
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.exceptions import AuthenticationError, DataError, RedisError, ResponseError
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import TimeoutError as StoreTimeoutError
from structlog.testing import capture_logs

from bot.errors import SettingsError, StoreError
from bot.settings import Settings
from bot.store import Store, cancelling, connection, open_store, trouble
from tests.real_parts import free_port
from tests.real_redis import REDIS_SERVER, RedisServer, running_server

SECRET = "s3cret-of-the-store"


def settings(url: str) -> Settings:
    return Settings(redis_url=SecretStr(url))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:6379",
        "http://localhost",
        f"redis+sentinel://:{SECRET}@host:26379",
        f"redis+cluster://:{SECRET}@host:6379",
        f"redis://:{SECRET}@host:{SECRET}/0",
        f"memory://{SECRET}",
        SECRET,
    ],
)
async def test_an_address_that_cannot_be_right_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="REDIS_URL") as caught:
        async with open_store(settings(url)):
            pass
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
async def test_a_store_that_is_away_says_so_without_its_password(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "TRIES", 1)
    with pytest.raises(StoreError) as caught:
        async with open_store(settings(f"{scheme}://user:{SECRET}@127.0.0.1:{free_port()}/0")):
            pass
    assert SECRET not in str(caught.value)
    assert "reaching the store" in str(caught.value)


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "TRIES", 1)
    monkeypatch.setattr(cancelling, "ANSWER_MAX", 0.1)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(StoreError, match="TimeoutError"):
            async with open_store(settings(f"redis://127.0.0.1:{port}/0")):
                pass


async def test_a_late_answer_is_an_error_and_never_nothing(
    empty_store: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing would mean that the key is not there; and the answer would come to the command after that."""
    monkeypatch.setattr(connection, "TRIES", 0)
    monkeypatch.setattr(cancelling, "ANSWER_MAX", 0.2)
    async with open_store(empty_store.settings()) as store:
        await store.redis.mset({"a": "of a", "b": "of b"})
        await store.redis.client_pause(600, all=True)
        with pytest.raises(StoreTimeoutError):
            await store.redis.get("a")
        for _ in range(20):
            try:
                assert await store.redis.mget("b", "a") == ["of b", "of a"]
                break
            except RedisError:
                continue
        assert await store.redis.get("b") == "of b"
        with pytest.raises(DataError):
            await store.redis.set("a", object())  # type: ignore[arg-type]


async def test_a_store_does_not_show_where_it_is(store: Store) -> None:
    assert store.url not in repr(store)
    assert not store.embedded


async def test_its_clock_is_its_own(store: Store) -> None:
    first = await store.now()
    assert await store.now() > first


async def test_what_would_lose_jobs_is_said(empty_store: RedisServer) -> None:
    with capture_logs() as logs:
        async with open_store(empty_store.settings()) as store:
            await store.redis.config_set("maxmemory-policy", "allkeys-lru")
        async with open_store(empty_store.settings()) as store:
            await store.redis.config_set("maxmemory-policy", "noeviction")
    assert [entry["event"] for entry in logs if "appendonly" in entry["event"]]  # the tests' own has no file
    assert [entry["policy"] for entry in logs if "noeviction" in entry["event"]] == ["allkeys-lru"]


def test_only_the_stores_trouble_is_translated() -> None:
    for error, said in (
        (TimeoutError(), r"the store does not answer \(TimeoutError\)"),
        (StoreConnectionError("Error 111"), r"the store does not answer \(ConnectionError: Error 111\)"),
        (AuthenticationError("WRONGPASS"), "the store refuses the user name or the password"),
        (ResponseError("ERR x"), r"the store does not answer as it should \(ResponseError: ERR x\)"),
    ):
        with pytest.raises(StoreError, match=f"reading: {said}"), trouble("reading"):
            raise error
    with pytest.raises(ValueError, match="mine"), trouble("reading"):
        raise ValueError("mine")


@pytest.mark.real
async def test_debians_redis_with_a_password(redis_server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_store(redis_server.settings()) as store:
        await store.redis.set("word", "kept")
        redis_server.kill()
        redis_server.start()
        assert await store.redis.get("word") == "kept"
    wrong = redis_server.url.replace("hush-hush", SECRET)
    with pytest.raises(StoreError) as caught:
        async with open_store(settings(wrong)):
            pass
    assert "hush-hush" not in caplog.text
    assert SECRET not in caplog.text + str(caught.value)


@pytest.mark.real
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--cluster-enabled", "yes"), "REDIS_URL: is the server of a cluster; name the one server"),
        (("--replicaof", "127.0.0.1", "1"), "REDIS_URL: is a replica; name the one server"),
    ],
)
async def test_debians_redis_in_a_group(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    port = str(free_port())
    flags = ("--port", port, "--bind", "127.0.0.1", *words)
    server = RedisServer(REDIS_SERVER, tmp_path, f"redis://127.0.0.1:{port}/0", flags)
    with running_server(server), pytest.raises(SettingsError, match=said):
        async with open_store(server.settings()):
            pass


async def test_a_time_limit_holds_whatever_the_store_is_doing(store: Store) -> None:
    """On Python 3.11, redis-py's own time limit for writes loses about every second of these cancellations."""

    async def busy(seconds: float) -> None:
        async with asyncio.timeout(seconds):
            for _ in range(20_000):
                await store.redis.get("x")

    for attempt in range(30):
        with pytest.raises(TimeoutError):
            await busy(0.01 + attempt / 5000)


@pytest.mark.parametrize("password", ["a/b", "a#b", "a?b", "a[b"])
def test_a_password_that_an_address_cannot_hold_is_told_with_the_way_to_write_it(password: str) -> None:
    with pytest.raises(SettingsError, match="written as %2F") as raised:
        connection.connect(f"redis://:{password}@127.0.0.1:6379/0")
    assert password not in str(raised.value)
