"""The web application: mounts all endpoints.

Without PROVENANCE_PAGES=login everybody who can reach the pages sees every thread: then put them behind a proxy that
restricts access, or on a port of their own, or switch them off. Webhooks and Slack requests are authenticated.
"""

from collections.abc import AsyncIterator
from functools import partial

import structlog
from aiohttp import web
from msgspec import Struct

from bot.intake.watch_list import watch_list
from bot.jobs.queue import DocketQueue
from bot.jobs.slack_setup import slack_setup
from bot.jobs.workspaces.policies import WorkspacePolicies
from bot.policy.source import policies_from
from bot.settings import Exposure, Settings
from bot.slack.workspaces import OAuthOptions, oauth_options
from bot.store import Store
from bot.store.deliveries import Deliveries
from bot.store.digests import Digests
from bot.store.polls import Polls
from bot.store.slack_problems import SlackProblems
from handlers import pages, webhooks
from handlers.client_address import Proxies
from handlers.connections import Connections
from handlers.health import Probes
from handlers.oauth.intakes import WorkspaceIntakes
from handlers.request_ids import RequestIds, add_id
from handlers.security import add_headers
from handlers.slack_keys import slack_keys
from handlers.webhooks import WEBHOOK_BODY_MAX

log = structlog.get_logger(__name__)


class Services(Struct, frozen=True):
    """What the endpoints need."""

    store: Store
    queue: DocketQueue


def build(settings: Settings, parts: Services, connections: Connections | None = None) -> web.Application:
    """The application; with the pages, unless they have a port of their own.

    Raises SettingsError for an endpoint that could not be authenticated.
    """
    app = _bare(settings, parts, connections, names=settings.pages_port is None and _is_open(settings))
    store = parts.store
    watch = watch_list(settings.watch, policies_from(settings.policy), store)
    counts, polls, options = Deliveries(store), Polls(store), oauth_options(settings)
    others = _intakes(settings, options, parts) if options else None
    webhooks.mount(
        app,
        settings,
        parts.queue,
        Digests(store),
        counts,
        watch=watch,
        polls=polls,
        workspaces=others.all if others else None,
    )
    if options is not None:
        from handlers import slack  # noqa: PLC0415 - Slack's libraries, 180 modules

        slack.mount_workspaces(app, settings, options, parts.queue, store)
    elif slack_keys(settings) is None:
        log.info("SLACK_BOT_TOKEN is not set: pages only")
    else:
        from handlers import slack  # noqa: PLC0415 - as above

        slack.mount(app, settings, parts.queue, store)
        app.cleanup_ctx.append(partial(_looking_at_slack, settings, store))
    if settings.pages_port is None:
        _mount_pages(app, settings, parts)
    return app


def build_pages(settings: Settings, parts: Services, connections: Connections | None = None) -> web.Application:
    """Only the pages, for a port of their own: then webhooks alone can face the internet."""
    app = _bare(settings, parts, connections, names=_is_open(settings))
    _mount_pages(app, settings, parts)
    return app


def _bare(settings: Settings, parts: Services, connections: Connections | None, *, names: bool) -> web.Application:
    guards = [connections.while_asked] if connections is not None else []
    proxies = Proxies(settings.forwarded, settings.forwarded_header)
    first = [RequestIds(proxies).named, proxies.seen]
    app = web.Application(client_max_size=WEBHOOK_BODY_MAX, middlewares=[*first, *guards])
    app.on_response_prepare.append(add_headers)
    problems = SlackProblems(parts.store) if settings.slack_bot_token or settings.slack_client_id else None
    app.on_response_prepare.append(add_id)
    channels = {settings.slack_channel, *policies_from(settings.policy).channels()}
    Probes(parts.store, parts.queue, problems, channels=channels, names=names).mount(app)
    return app


def _intakes(settings: Settings, options: OAuthOptions, parts: Services) -> WorkspaceIntakes:
    policies = WorkspacePolicies(options).require()
    return WorkspaceIntakes(settings.settle, parts.store, parts.queue, policies)


def _is_open(settings: Settings) -> bool:
    """Whether everybody who reaches the pages may see them."""
    return settings.pages in {Exposure.PUBLIC, Exposure.READ_ONLY}


def _mount_pages(app: web.Application, settings: Settings, parts: Services) -> None:
    policies = policies_from(settings.policy)
    watch = watch_list(settings.watch, policies, parts.store)
    pages.mount(app, settings, parts.queue, parts.store, watch, policies)


async def _looking_at_slack(settings: Settings, store: Store, _: web.Application) -> AsyncIterator[None]:
    async with slack_setup(store, settings):
        yield
