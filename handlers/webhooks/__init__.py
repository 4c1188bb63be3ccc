"""Registries that announce pushes, one a file: bytes and headers in, pushes out; verified before parsed.

To add one: a file here with a receiver, a line in `RECEIVERS`, a fixture and one expectation in tests/webhooks/.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Final

from aiohttp import web

from bot.errors import SettingsError
from bot.intake.buffer import Buffer
from bot.intake.intake import DigestMemory, Intake, PushMemory
from bot.intake.job import JobQueue
from bot.intake.rate import RateLimit
from bot.settings import Settings
from handlers.webhooks import distribution, dockerhub, github, quay
from handlers.webhooks.delivery import WEBHOOK_BODY_MAX, Receiver
from handlers.webhooks.door import Counts, Door
from handlers.webhooks.sources import checked

__all__ = ["RECEIVERS", "WEBHOOK_BODY_MAX", "mount"]

RECEIVERS: Final[Mapping[str, Receiver]] = {
    "distribution": distribution.RECEIVER,
    "dockerhub": dockerhub.RECEIVER,
    "github": github.RECEIVER,
    "quay": quay.RECEIVER,
}


def mount(  # noqa: PLR0913, PLR0917 - what the door needs
    app: web.Application,
    settings: Settings,
    queue: JobQueue,
    digests: DigestMemory,
    pushes: PushMemory,
    counts: Counts,
) -> None:
    """Put the door into the application.

    Raises SettingsError for a source that anybody could forge, and when no push could ever lead to a check.
    """
    sources = checked(settings.webhooks, RECEIVERS)
    if settings.webhooks and not settings.watch:
        raise SettingsError('PROVENANCE_WATCH: is empty, so no push would be looked at; e.g. ["quay.io/acme/*"]')
    buffer = Buffer()
    rate = RateLimit(settings.push_burst, settings.push_rate)
    intake = Intake(settings.watch, settings.settle, queue, digests, pushes, buffer, rate)
    door = Door(RECEIVERS, sources, intake, counts)
    app.router.add_post("/webhooks/{id}", door.receive)
    app.router.add_post("/webhooks/{id}/{secret}", door.receive)

    async def drain(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(buffer.run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    app.cleanup_ctx.append(drain)
