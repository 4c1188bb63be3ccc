"""Listens on an address for as long as a block lasts. An error says which variable to set."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, cast

import structlog
from aiohttp import web
from msgspec import Struct

from bot.errors import SettingsError
from handlers.access_log import AccessLog
from handlers.connections import Connections

log = structlog.get_logger(__name__)

GRACE: Final = 10.0
"""Seconds for open requests to finish after SIGTERM."""

BACKLOG: Final = 128
"""Connections that the system holds until we take them."""


class ListenAddress(Struct, frozen=True):
    """Where to listen, and the variables that say so. Port 0 is chosen by the system."""

    host: str
    port: int
    host_variable: str = "PROVENANCE_HOST"
    port_variable: str = "PORT"


@asynccontextmanager
async def listening(
    app: web.Application, address: ListenAddress, connections: Connections, *, keepalive: float
) -> AsyncIterator[int]:
    """The port. Raises SettingsError when nobody can listen there."""
    runner = web.AppRunner(
        app,
        access_log_class=AccessLog,
        shutdown_timeout=GRACE,
        handle_signals=False,
        keepalive_timeout=keepalive,
    )
    await runner.setup()
    try:
        server = await _bind(runner, connections, address)
        try:
            port = server.sockets[0].getsockname()[1]
            log.info("serving", host=address.host, port=port)
            yield port
        finally:
            server.close()
    finally:
        await runner.cleanup()


async def _bind(runner: web.AppRunner, connections: Connections, address: ListenAddress) -> asyncio.Server:
    guarded = connections.guard(cast("web.Server", runner.server))
    where = f"{address.host}:{address.port}"
    try:
        loop = asyncio.get_running_loop()
        return await loop.create_server(guarded, address.host, address.port, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            why = f"{where} is in use by another program; set {address.port_variable} to another port"
            raise SettingsError(why) from error
        variables = f"{address.host_variable} and {address.port_variable}"
        raise SettingsError(f"{where} cannot be listened on ({error.strerror}); set {variables}") from error
