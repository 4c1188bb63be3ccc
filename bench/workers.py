"""How workers add up: 1, 2 and 4 of them on one store, each a process of its own, and a registry beside them.

For each number: images a second, milliseconds of all workers' processor time an image, and what the store did for it.
More workers than cores show what the store and the queue cost, and not a rate. In two more tables the registry answers
so late that the cores have little to do: what several workers are worth then is up to the store, the queue and the
places that they share at a registry. `python -m bench.workers FOLDER HOST PLACES` is one worker, for the bench itself.
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
from bot.jobs.open_checker import open_checker
from bot.jobs.queue import open_queue
from bot.jobs.worker import work
from bot.slack.outbox import open_outbox
from bot.store import Store, open_store
from tests.jobs.parts import push

IMAGES: Final = 200
WORKERS: Final = (1, 2, 4)
FAR_AWAY: Final = 0.4
"""Seconds that each answer is late in the second table: with four workers, two cores are less than half full."""
FAR_IMAGES: Final = 320
"""There, a worker has 8 images at once and each takes seconds: with fewer, the last ones are most of the time."""
PLACES: Final = 64
"""Requests at once at one registry, by all workers of a store: as PROVENANCE_REGISTRY_CONCURRENCY_MAX is by default."""
MANY_PLACES: Final = 256
"""More than four workers want, and than the settings allow for one registry: as if there were several."""


async def measure(host: str, count: int, workers: int, places: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(Path(folder), host)
        async with AsyncExitStack() as stack:
            store = await stack.enter_async_context(open_store(settings))
            queue = await stack.enter_async_context(open_queue(store, settings))
            for number in range(count):
                name = image(host, number)
                await queue.enqueue(push(name), key=f"{name}|")
            processes = [await _worker(folder, host, places) for _ in range(workers)]
            before, begin = await StoreWork.of(store), time.perf_counter()
            for process in processes:
                _input(process).write(b"go\n")
            await _published(store, count)
            seconds = time.perf_counter() - begin
            work_of_store = (await StoreWork.of(store)).per_image(before, count)
            used = sum([await _ended(process) for process in processes])
    return f"{count / seconds:6.1f} images/s, {used / count * 1000:5.1f} ms CPU an image; {work_of_store}"


async def _worker(folder: str, host: str, places: int) -> Process:
    """One that has opened its parts, and waits for the word."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.workers", folder, host, str(places), stdin=PIPE, stdout=PIPE
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


async def one_worker(folder: Path, host: str, places: int, read: Callable[[], str]) -> None:
    settings = settings_for(folder, host).model_copy(update={"registry_concurrency_max": places})
    stop = asyncio.Event()
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
        asyncio.run(one_worker(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.stdin.readline))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    far = count if len(sys.argv) > 1 else FAR_IMAGES
    table(count, 0.0, PLACES)
    table(far, FAR_AWAY, PLACES)
    table(far, FAR_AWAY, MANY_PLACES)


def table(count: int, delay: float, places: int) -> None:
    say(f"{count} images, +{delay * 1000:.0f} ms a request, {places} requests at once at most")
    for workers in WORKERS:
        with running_registry(count, delay) as host:
            say(f"  {workers} at once: {asyncio.run(measure(host, count, workers, places))}")


if __name__ == "__main__":
    main()
