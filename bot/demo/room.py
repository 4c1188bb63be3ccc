"""Where the demo runs: its registry, its store, the web process and a worker, all in this one process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from bot.demo.registry import serving
from bot.demo.samples import repositories
from bot.demo.senders import HOSTS, sources
from bot.jobs.checker import open_checker
from bot.jobs.timing import Timing
from bot.jobs.worker import work
from bot.settings import Settings
from bot.slack.outbox import open_outbox
from bot.store import Store, open_store

SETTLE: Final = 0.5
"""Seconds: nothing else is pushed after the samples."""

PACE: Final = Timing(poll=0.1, drain=5.0)
"""Of the worker: a person looks on."""


@dataclass(frozen=True, slots=True)
class Room:
    """What runs: the pages are at `base`; `ended` is done when something came to an end that should not."""

    settings: Settings
    store: Store
    base: str
    ended: "asyncio.Task[None]"

    async def until(self, stop: asyncio.Event) -> None:
        """Stay until `stop` is set. Raises what ended a part of the room before that."""
        stopping = asyncio.create_task(stop.wait())
        try:
            await _first(stopping, self.ended)
        finally:
            stopping.cancel()


@asynccontextmanager
async def opened(settings: Settings, data: Path) -> AsyncIterator[Room]:
    """Everything runs inside the block. Raises SettingsError when the port is taken, or the folder in use."""
    async with AsyncExitStack() as stack:
        registry = await stack.enter_async_context(serving(repositories()))
        inside = arranged(settings, registry, data)
        store = await stack.enter_async_context(open_store(inside))
        stop, started = asyncio.Event(), asyncio.Event()
        web = asyncio.create_task(_web(inside, store, stop, started), name="web")
        worker = asyncio.create_task(_worker(inside, store, stop), name="worker")
        stack.push_async_callback(_end, stop, web, worker)
        await _first(asyncio.create_task(started.wait()), web, worker)
        ended = asyncio.create_task(_first(web, worker))
        stack.callback(ended.cancel)
        yield Room(inside, store, f"http://{inside.host}:{inside.port}", ended)


def arranged(settings: Settings, registry: str, data: Path) -> Settings:
    """The operator's settings, with names and webhooks of the demo's own; none of its images needs a network."""
    served = {f"{host}/demo": f"{registry}/demo" for host in HOSTS.values()}
    return settings.model_copy(
        update={
            "data": data,
            "redis_url": None,
            "base_url": settings.base_url or f"http://{settings.host}:{settings.port}",
            "webhooks": sources(),
            "watch": tuple(f"{host}/demo/*" for host in HOSTS.values()),
            "mirrors": {**settings.mirrors, **served},
            "private_hosts": (*settings.private_hosts, registry),
            "settle": SETTLE,
            "policy": None,  # the operator's own speaks of other images
        },
    )


async def _web(settings: Settings, store: Store, stop: asyncio.Event, started: asyncio.Event) -> None:
    # By name: the bot does not know the handlers, but this once it starts them.
    await import_module("handlers.__main__").serve(settings, store, stop, started)


async def _worker(settings: Settings, store: Store, stop: asyncio.Event) -> None:
    async with open_checker(settings) as checker, open_outbox(settings, store) as outbox:
        await work(store, settings, stop, checker=checker, publisher=outbox, pace=PACE)


async def _first(*tasks: "asyncio.Task[Any]") -> None:
    """Wait for the first of them. Raises what ended it."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _end(stop: asyncio.Event, *tasks: "asyncio.Task[None]") -> None:
    stop.set()
    await asyncio.gather(*tasks, return_exceptions=True)
