"""The web process: opens the store and the HTTP server, and closes both in order.

Started by `provenance serve`, or with `python -m handlers`.
"""

import asyncio
import resource
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack

from aiohttp import web

from bot import logs
from bot.jobs.queue import open_queue
from bot.settings import Exposure, Settings
from bot.settings_source import load
from bot.store import Store, open_store
from bot.tracing.running import tracing
from handlers.app import Services, build, build_pages
from handlers.client_address import Proxies
from handlers.connection_limits import Limits
from handlers.connections import Connections
from handlers.listening import ListenAddress, listening


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Serve until `stop` is set. Raises SettingsError and StoreError if it cannot start."""
    async with open_store(settings) as store:
        await serve(settings, store, stop)


async def serve(
    settings: Settings,
    store: Store,
    stop: asyncio.Event,
    started: asyncio.Event | None = None,
    limits: Limits | None = None,
) -> None:
    """The same with an open store; `started` is set when the server accepts connections."""
    limits = limits or Limits.for_files(_open_files())
    async with open_queue(store, settings) as queue:
        proxies = Proxies(settings.forwarded, settings.forwarded_header)
        connections = Connections(limits, proxies.is_one)
        parts = Services(store, queue)
        async with AsyncExitStack() as stack:
            for app, address in _served(settings, parts, connections):
                await stack.enter_async_context(listening(app, address, connections, keepalive=limits.idle))
            if started is not None:
                started.set()
            await stop.wait()


def _served(
    settings: Settings, parts: Services, connections: Connections
) -> Iterator[tuple[web.Application, ListenAddress]]:
    yield build(settings, parts, connections), ListenAddress(settings.host, settings.port)
    if settings.pages_port is not None and settings.pages is not Exposure.OFF:
        variables = ("PROVENANCE_PAGES_HOST", "PROVENANCE_PAGES_PORT")
        yield (
            build_pages(settings, parts, connections),
            ListenAddress(settings.pages_host, settings.pages_port, *variables),
        )


def _open_files() -> int:
    """The system's limit for this process."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


async def _main() -> None:
    settings = load()
    logs.configure(settings.log_format)
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    async with tracing(settings.traces, "web"):
        await run(settings, stop)


if __name__ == "__main__":
    asyncio.run(_main())
