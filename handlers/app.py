"""The web process: puts the rooms together.

Who may reach the pages sees every thread: they belong behind whatever keeps strangers out. Webhooks prove themselves.
"""

from dataclasses import dataclass

from aiohttp import web

from bot.jobs import JobQueue
from bot.settings import Settings
from bot.store import Store
from bot.store.known import Known
from handlers import pages, webhooks
from handlers.security import add_headers
from handlers.webhooks import WEBHOOK_BODY_MAX


@dataclass(frozen=True, slots=True)
class Parts:
    """What the doors lead to."""

    store: Store
    queue: JobQueue


def build(settings: Settings, parts: Parts) -> web.Application:
    """The application. Raises SettingsError for a door that could not be guarded."""
    app = web.Application(client_max_size=WEBHOOK_BODY_MAX)
    app.on_response_prepare.append(add_headers)
    webhooks.mount(app, settings, parts.queue, Known(parts.store))
    pages.mount(app, settings, parts.queue, parts.store)
    app.router.add_get("/healthz", alive)
    return app


async def alive(request: web.Request) -> web.Response:  # noqa: ARG001 - whoever asks
    """This process answers. It asks nobody else: a store that is away is no reason to restart it."""
    return web.json_response({"alive": True})
