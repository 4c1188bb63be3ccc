"""The port of /metrics: apart from the pages, so that nobody can read it who can read those."""

import asyncio
import errno
from typing import Final

import structlog
from aiohttp import web

from bot.errors import SettingsError
from bot.jobs.named_registries import named_registries
from bot.jobs.queue import DocketQueue, open_queue
from bot.jobs.readings import readings
from bot.metrics.series import expect
from bot.policy.source import policies_from
from bot.settings import Settings
from bot.settings_values import ports_of
from bot.store import Store, open_store
from bot.store.board import Board

log = structlog.get_logger(__name__)

STORE: Final = web.AppKey("store", Store)
QUEUE: Final = web.AppKey("queue", DocketQueue)
BOARD: Final = web.AppKey("board", Board)


async def run_metrics(settings: Settings, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; without PROVENANCE_METRICS only wait. Raises SettingsError and StoreError."""
    if not settings.metrics:
        await stop.wait()
        return
    expect(named_registries(settings, policies_from(settings.policy)))
    host, ports = ports_of(settings.metrics)
    async with open_store(settings) as store, open_queue(store, settings) as queue:
        app = web.Application()
        app[STORE], app[QUEUE], app[BOARD] = store, queue, Board(store)
        app.add_routes([web.get("/metrics", _page)])
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await _listen(runner, host, ports)
            await stop.wait()
        finally:
            await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, ports: range) -> None:
    """On the first port that is free: several processes of one machine may have the same setting."""
    for port in ports:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            if error.errno == errno.EADDRINUSE and port != ports[-1]:
                continue
            raise SettingsError(f"PROVENANCE_METRICS: {_why(host, port, error)}") from error
        log.info("metrics", host=host, port=runner.addresses[0][1])
        return


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        advice = f"give a range, such as {host}:{port}-{port + 9}, of which each process takes the first free one"
        return f"{host}:{port} is in use, by another process of the bot or another program; {advice}"
    return f"{host}:{port} cannot be listened on ({error.strerror})"


async def _page(request: web.Request) -> web.Response:
    from bot.metrics.exposition import exposed  # noqa: PLC0415 - a process whose metrics nobody reads does without

    found = await readings(request.app[STORE], request.app[QUEUE], request.app[BOARD])
    body, content_type = exposed(found, request.headers.get("Accept", ""))
    return web.Response(body=body, headers={"Content-Type": content_type, "Cache-Control": "no-store"})
