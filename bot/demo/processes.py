"""Starts the demo's registries, store, web server and worker, all in this process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from bot.demo.registry import serving
from bot.demo.samples import repositories
from bot.demo.webhooks import HOSTS, sources
from bot.jobs.open_checker import open_checker
from bot.jobs.timing import Timing
from bot.jobs.worker import work
from bot.settings import Settings
from bot.slack.outbox import open_outbox
from bot.store import Store, open_store

SETTLE: Final = 0.5
"""Seconds; short, because nothing else is pushed after the samples."""

POLICY: Final = Path(__file__).with_name("policy.yaml")

PACE: Final = Timing(poll=0.1, drain=5.0)
"""The worker's timing: fast, because a person is waiting."""


class Demo(Struct, frozen=True):
    """The running demo. The pages are at `base`; `ended` is done when a part stopped unexpectedly."""

    settings: Settings
    store: Store
    base: str
    ended: "asyncio.Task[None]"

    async def until(self, stop: asyncio.Event) -> None:
        """Wait until `stop` is set. Raises the error of a part that stopped before."""
        stopping = asyncio.create_task(stop.wait())
        try:
            await _first(stopping, self.ended)
        finally:
            stopping.cancel()


@asynccontextmanager
async def opened(settings: Settings, data: Path) -> AsyncIterator[Demo]:
    """Everything runs inside the block. Raises SettingsError if the port or the folder is in use."""
    async with AsyncExitStack() as stack:
        registries = {
            host: await stack.enter_async_context(serving(repositories(host))) for host in sorted(HOSTS.values())
        }
        inside = demo_settings(settings, registries, data)
        store = await stack.enter_async_context(open_store(inside))
        stop, started = asyncio.Event(), asyncio.Event()
        web = asyncio.create_task(_web(inside, store, stop, started), name="web")
        worker = asyncio.create_task(_worker(inside, store, stop), name="worker")
        stack.push_async_callback(_end, stop, web, worker)
        await _first(asyncio.create_task(started.wait()), web, worker)
        ended = asyncio.create_task(_first(web, worker))
        stack.callback(ended.cancel)
        yield Demo(inside, store, f"http://{inside.host}:{inside.port}", ended)


def demo_settings(settings: Settings, registries: Mapping[str, str], data: Path) -> Settings:
    """The operator's settings, with the demo's own watch list, webhooks and mirrors: no image needs the network.

    `registries` says where each registry that the images name is served.
    """
    served = {f"{host}/demo": f"{address}/demo" for host, address in registries.items()}
    return settings.model_copy(
        update={
            "data": data,
            "redis_url": None,
            "base_url": settings.base_url or f"http://{settings.host}:{settings.port}",
            "webhooks": sources(),
            "watch": tuple(f"{host}/demo/*" for host in registries),
            "mirrors": {**settings.mirrors, **served},
            "private_hosts": (*settings.private_hosts, *registries.values()),
            "settle": SETTLE,
            "policy": POLICY,  # the operator's is about other images
            "github_api": "",  # the samples name a repository that does not exist
        },
    )


async def _web(settings: Settings, store: Store, stop: asyncio.Event, started: asyncio.Event) -> None:
    # By name, because bot/ must not import handlers/.
    await import_module("handlers.__main__").serve(settings, store, stop, started)


async def _worker(settings: Settings, store: Store, stop: asyncio.Event) -> None:
    async with open_checker(settings, store) as checker, open_outbox(settings, store) as outbox:
        await work(store, settings, stop, checker=checker, publisher=outbox, timing=PACE)


async def _first(*tasks: "asyncio.Task[Any]") -> None:
    """Wait for the first of them to end. Raises its error."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _end(stop: asyncio.Event, *tasks: "asyncio.Task[None]") -> None:
    stop.set()
    await asyncio.gather(*tasks, return_exceptions=True)
