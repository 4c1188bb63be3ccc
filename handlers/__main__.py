"""The web process: opens the store and the HTTP server, and closes both in order.

Started by `provenance serve`, or with `python -m handlers`.
"""

import asyncio
import errno
import resource
import signal
from collections.abc import Callable
from typing import cast

import structlog
from aiohttp import web

from bot import logs
from bot.errors import SettingsError
from bot.jobs.queue import open_queue
from bot.settings import Settings, load
from bot.store import Store, open_store
from handlers.access_log import AccessLog
from handlers.app import Services, build
from handlers.client_address import Proxies
from handlers.connection_limits import Limits
from handlers.connections import Connections

log = structlog.get_logger(__name__)

GRACE = 10.0
"""Seconds for open requests to finish after SIGTERM."""

BACKLOG = 128
"""Connections that the system holds until we take them."""


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
        app = build(settings, Services(store, queue), connections)
        runner = web.AppRunner(
            app,
            access_log_class=AccessLog,
            shutdown_timeout=GRACE,
            handle_signals=False,
            keepalive_timeout=limits.idle,
        )
        await runner.setup()
        try:
            listening = await _bind(connections.guard(cast("web.Server", runner.server)), settings)
            try:
                if started is not None:
                    started.set()
                await stop.wait()
            finally:
                listening.close()
        finally:
            await runner.cleanup()


async def _bind(server: Callable[[], asyncio.Protocol], settings: Settings) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    try:
        listening = await loop.create_server(server, settings.host, settings.port, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"{settings.host}:{settings.port} is in use by another program; set PORT to another port"
            ) from error
        raise SettingsError(
            f"{settings.host}:{settings.port} cannot be listened on ({error.strerror}); set PROVENANCE_HOST and PORT"
        ) from error
    port = listening.sockets[0].getsockname()[1]  # with PORT=0 the system chooses
    log.info("serving", host=settings.host, port=port, slack=settings.slack_bot_token is not None)
    return listening


def _open_files() -> int:
    """The system's limit for this process."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


async def _main() -> None:
    settings = load()
    logs.configure(settings.log_format)
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    await run(settings, stop)


if __name__ == "__main__":
    asyncio.run(_main())
