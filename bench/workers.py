"""How workers add up: 1, 2 and 4 of them on one store, each a process of its own, and a registry beside them.

For each number: images a second, milliseconds of all workers' processor time an image, and what the store did for it.
More workers than cores show what the store and the queue cost, and not a rate. `python -m bench.workers FOLDER HOST` is
one worker, for the bench itself.
"""

import asyncio
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from bench.registry import image, running_registry
from bench.saying import say
from bench.worker import StoreWork, settings_for
from bot import logs
from bot.cli.garbage import started
from bot.jobs.checker import open_checker
from bot.jobs.queue import open_queue
from bot.jobs.worker import work
from bot.slack.outbox import open_outbox
from bot.store import Store, open_store
from tests.jobs.parts import push

IMAGES: Final = 200
WORKERS: Final = (1, 2, 4)


async def measure(host: str, count: int, workers: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(Path(folder), host)
        async with AsyncExitStack() as stack:
            store = await stack.enter_async_context(open_store(settings))
            queue = await stack.enter_async_context(open_queue(store, settings))
            for number in range(count):
                name = image(host, number)
                await queue.enqueue(push(name), key=f"{name}|")
            processes = [await _worker(folder, host) for _ in range(workers)]
            before, begin = await StoreWork.of(store), time.perf_counter()
            for process in processes:
                _input(process).write(b"go\n")
            await _published(store, count)
            seconds = time.perf_counter() - begin
            work_of_store = (await StoreWork.of(store)).per_image(before, count)
            used = sum([await _ended(process) for process in processes])
    return f"{count / seconds:6.1f} images/s, {used / count * 1000:5.1f} ms CPU an image; {work_of_store}"


async def _worker(folder: str, host: str) -> Process:
    """One that has opened its parts, and waits for the word."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.workers", folder, host, stdin=PIPE, stdout=PIPE
    )
    await _line(process)
    return process


async def _published(store: Store, count: int) -> None:
    while await store.redis.zcard(store.key("slack", "newest")) < count:  # noqa: ASYNC110 - other processes publish
        await asyncio.sleep(0.05)


async def _ended(process: Process) -> float:
    """Its seconds of processor time."""
    _input(process).close()
    seconds = float(await _line(process))
    await process.wait()
    return seconds


def _input(process: Process) -> asyncio.StreamWriter:
    assert process.stdin is not None
    return process.stdin


async def _line(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode()


async def one_worker(folder: Path, host: str, read: Callable[[], str]) -> None:
    settings, stop = settings_for(folder, host), asyncio.Event()
    async with (
        open_store(settings) as store,
        open_checker(settings, store) as checker,
        open_outbox(settings, store) as outbox,
    ):
        started()
        say("ready")
        await asyncio.to_thread(read)
        used = time.process_time()
        worker = asyncio.create_task(work(store, settings, stop, checker=checker, publisher=outbox))
        await asyncio.to_thread(read)  # until there is no more to be read
        used = time.process_time() - used
        stop.set()
        await worker
    say(f"{used:.3f}")


def main() -> None:
    logs.configure("json")
    if len(sys.argv) > 2:
        asyncio.run(one_worker(Path(sys.argv[1]), sys.argv[2], sys.stdin.readline))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    for workers in WORKERS:
        with running_registry(count, 0.0) as host:
            say(f"{workers} at once: {asyncio.run(measure(host, count, workers))}")


if __name__ == "__main__":
    main()
