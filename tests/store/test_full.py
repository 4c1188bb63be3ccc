"""A store that answers and takes no writes: its memory or its disk is full, and everybody hears which."""

import asyncio
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from bot.errors import StoreError, StoreFullError
from bot.jobs.health import look
from bot.jobs.queue import open_queue
from bot.jobs.readings import readings
from bot.metrics.exposition import exposed
from bot.store import Store
from bot.store.connection import trouble
from bot.store.engine.server import answers
from tests.jobs.parts import push, settings
from tests.real_redis import full_memory

DISK = "MISCONF Errors writing to the AOF file: No space left on device"


async def test_memory(store: Store) -> None:
    await store.require_writable()
    async with full_memory(store):
        assert await store.redis.ping()
        with pytest.raises(StoreFullError, match=r"takes no writes, its memory is full \(maxmemory\)"):
            await store.require_writable()
    await store.require_writable()


@pytest.mark.parametrize("said", [DISK, f"Command # 1 (SET a b) of pipeline caused error: {DISK}"])
def test_a_disk(said: str) -> None:
    with (
        pytest.raises(StoreFullError, match=r"saving: .*its disk \(Errors .* No space left on device\)$"),
        trouble("saving"),
    ):
        raise ResponseError(said)


@pytest.mark.parametrize("error", [ResponseError("WRONGTYPE of MIS"), RedisConnectionError("gone"), TimeoutError()])
def test_everything_else_is_something_else(error: Exception) -> None:
    with pytest.raises(StoreError) as caught, trouble("saving"):
        raise error
    assert not isinstance(caught.value, StoreFullError)


async def test_it_is_not_ready_and_says_why_and_is_ready_again(store: Store) -> None:
    async with open_queue(store, settings()) as queue:
        async with full_memory(store):
            health = await look(store, queue)
            assert (health.store, health.ready) == (False, False)
            assert "memory is full" in health.why
            assert b"provenance_store_up 0" in exposed(await readings(store, queue), "")[0]
            with pytest.raises(StoreFullError):
                await queue.enqueue(push(), key="k", delivery="d", delay=1, is_announced=True)
        assert (await look(store, queue)).store
        assert await queue.enqueue(push(), key="k", delivery="d", delay=1, is_announced=True)


@pytest.mark.parametrize("answer", [f"-{DISK}", "+PONG", "-LOADING Valkey is loading the dataset in memory"])
async def test_an_engine_with_a_full_disk_runs(tmp_path: Path, answer: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(f"{answer}\r\n".encode())
        writer.close()

    async with await asyncio.start_unix_server(serve, tmp_path / "s"):
        assert await answers(tmp_path / "s") is not answer.startswith("-LOADING")
