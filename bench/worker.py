"""How many images a worker checks and remembers in a second: whole worker, embedded store, a registry beside it.

For each delay of the registry: images a second, milliseconds of the worker's own processor time an image, and commands
that the store was asked.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from bench.registry import image, running_registry
from bench.saying import say
from bot import logs
from bot.cli.garbage import started
from bot.jobs.open_checker import open_checker
from bot.jobs.queue import open_queue
from bot.jobs.worker import work
from bot.settings import Settings
from bot.slack.outbox import open_outbox
from bot.store import Store, open_store
from tests.jobs.parts import push

IMAGES: Final = 150
DELAYS: Final = (0.0, 0.05)


class Finish(Struct):
    """Waits until so many posts are done."""

    wanted: int
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, step: str) -> None:
        if step == "published":
            self.wanted -= 1
            if not self.wanted:
                self.done.set()


def settings_for(folder: Path, host: str) -> Settings:
    """Without a code host: asked without a network, each image would wait seconds for its name."""
    hosts = {"private_hosts": [host], "insecure_hosts": [host], "github_api": ""}
    return Settings.model_validate({"data": folder / "data", "public_root": False, "poll": 0, **hosts})


class StoreWork(Struct, frozen=True):
    """What the server has done so far: commands, reads from its clients, seconds of its processor."""

    commands: int
    reads: int
    seconds: float

    @classmethod
    async def of(cls, store: Store) -> "StoreWork":
        stats, used = await store.redis.info("stats"), await store.redis.info("cpu")
        seconds = used["used_cpu_user"] + used["used_cpu_sys"]
        return cls(stats["total_commands_processed"], stats["total_reads_processed"], seconds)

    def per_image(self, before: "StoreWork", count: int) -> str:
        commands, reads = (self.commands - before.commands) / count, (self.reads - before.reads) / count
        seconds = (self.seconds - before.seconds) / count
        return f"store: {commands:.0f} commands in {reads:.0f} reads, {seconds * 1000:.1f} ms CPU an image"


async def measure(host: str, count: int, begin: Callable[[], None] = started) -> str:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(Path(folder), host)
        async with (
            open_store(settings) as store,
            open_queue(store, settings) as queue,
            open_checker(settings, store) as checker,
            open_outbox(settings, store) as outbox,
        ):
            for number in range(count):
                name = image(host, number)
                await queue.enqueue(push(name), key=f"{name}|")
            finish, stop = Finish(count), asyncio.Event()
            begin()  # as every server does
            asked, start, used = await StoreWork.of(store), time.perf_counter(), time.process_time()
            worker = asyncio.create_task(
                work(store, settings, stop, checker=checker, publisher=outbox, progress=finish)
            )
            await finish.done.wait()
            seconds, used = time.perf_counter() - start, time.process_time() - used
            work_of_store = (await StoreWork.of(store)).per_image(asked, count)
            stop.set()
            await worker
    return f"{count / seconds:6.1f} images/s, {used / count * 1000:5.1f} ms CPU an image; {work_of_store}"


def main() -> None:
    logs.configure("json")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    for delay in DELAYS:
        with running_registry(count, delay) as host:
            say(f"+{delay * 1000:2.0f} ms a request: {asyncio.run(measure(host, count))}")


if __name__ == "__main__":
    main()
