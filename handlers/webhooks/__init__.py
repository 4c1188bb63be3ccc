"""Registries announce pushes: bytes and headers in, pushes out; verified before parsed.

To add a sender see senders/__init__.py.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

import structlog
from aiohttp import web

from bot.errors import SettingsError
from bot.intake.buffer import Buffer
from bot.intake.fan_out import FanOut
from bot.intake.intake import DigestMemory, Intake, PollPlan
from bot.intake.job import JobQueue
from bot.intake.rate import RateLimit
from bot.intake.watch_list import WatchList, fixed_watches
from bot.settings import Settings
from handlers.webhooks.delivery import WEBHOOK_BODY_MAX
from handlers.webhooks.door import BODY_TIME, Counts, Door
from handlers.webhooks.google_keys import GoogleKeys
from handlers.webhooks.key_document import fetch_keys
from handlers.webhooks.senders import RECEIVERS
from handlers.webhooks.sources import checked

__all__ = ["RECEIVERS", "WEBHOOK_BODY_MAX", "mount"]


log = structlog.get_logger(__name__)


def mount(  # noqa: PLR0913 - what the door needs
    app: web.Application,
    settings: Settings,
    queue: JobQueue,
    digests: DigestMemory,
    counts: Counts,
    *,
    watch: WatchList | None = None,
    polls: PollPlan | None = None,
    workspaces: Callable[[Buffer, RateLimit], Awaitable[Sequence[Intake]]] | None = None,
    body_time: float = BODY_TIME,
) -> None:
    """Put the door into the application.

    Pushes are also for the intakes of `workspaces`, which watch what they like. Raises SettingsError for a source that
    anybody could forge, and when no push could ever lead to a check.
    """
    sources = checked(settings.webhooks, RECEIVERS)
    watch = watch or WatchList(fixed_watches(settings.watch))
    if settings.webhooks and not watch.fixed and workspaces is None:
        raise SettingsError('PROVENANCE_WATCH: is empty, so no push would be looked at; e.g. ["quay.io/acme/*"]')
    buffer = Buffer()
    rate = RateLimit(settings.push_burst, settings.push_rate)
    intake = Intake(watch, settings.settle, queue, digests, buffer, rate, polls)
    keys = GoogleKeys(partial(fetch_keys, settings.google_keys_url, settings.insecure_hosts, settings.proxies()))
    taker = intake if workspaces is None else FanOut(intake, partial(workspaces, buffer, rate))
    door = Door(RECEIVERS, sources, taker, counts, keys, body_time)
    app.router.add_post("/webhooks/{id}", door.receive)
    app.router.add_post("/webhooks/{id}/{secret}", door.receive)
    app.router.add_options("/webhooks/{id}", door.permit)

    async def drain(_: web.Application) -> AsyncIterator[None]:
        log.info("a push is checked after its last event", seconds=settings.settle, variable="PROVENANCE_SETTLE")
        task = asyncio.create_task(buffer.run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    app.cleanup_ctx.append(drain)
