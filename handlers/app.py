"""The web process: puts the rooms together.

Who may reach the pages sees every thread: they belong behind whatever keeps strangers out. Webhooks prove themselves.
"""

from dataclasses import dataclass

from aiohttp import web

from bot.jobs.queue import DocketQueue
from bot.settings import Settings
from bot.store import Store
from bot.store.deliveries import Deliveries
from bot.store.digests import Digests
from bot.store.pushes import Pushes
from handlers import pages, slack, webhooks
from handlers.connections import Connections
from handlers.health import Probes
from handlers.security import add_headers
from handlers.webhooks import WEBHOOK_BODY_MAX


@dataclass(frozen=True, slots=True)
class Services:
    """What the doors lead to."""

    store: Store
    queue: DocketQueue


def build(settings: Settings, parts: Services, connections: Connections | None = None) -> web.Application:
    """The application. Raises SettingsError for a door that could not be guarded."""
    guards = [connections.while_asked] if connections is not None else []
    app = web.Application(client_max_size=WEBHOOK_BODY_MAX, middlewares=guards)
    app.on_response_prepare.append(add_headers)
    Probes(parts.store, parts.queue).mount(app)
    store = parts.store
    webhooks.mount(app, settings, parts.queue, Digests(store), Pushes(store), Deliveries(store))
    slack.mount(app, settings, parts.queue, parts.store)
    pages.mount(app, settings, parts.queue, parts.store)
    return app
