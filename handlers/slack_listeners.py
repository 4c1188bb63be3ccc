"""The listeners for Slack: one command, the buttons, and an answer to everything else."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
from msgspec import Struct
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from bot.digest.schedule import parse as parse_schedule
from bot.errors import StoreError
from bot.intake.job import WorkQueue
from bot.intake.watch_list import watch_list
from bot.jobs.attending import Attending
from bot.policy import Policies
from bot.policy.source import policies_from
from bot.settings import Settings
from bot.slack.ephemeral import Ephemeral
from bot.slack.fixing import Fixing
from bot.slack.web_api import client_for, session_for_slack
from bot.store import Store
from bot.store.reports import Reports
from bot.workflows.hosts import CodeHosts, open_code_hosts
from handlers.actions.listeners import Parts, listen
from handlers.commands import CommandContext, listener
from handlers.events import channels, link, mention
from handlers.functions import check_image
from handlers.home import listener as home
from handlers.shortcuts import check_message
from handlers.slack_app import quiet_app

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger(__name__)

_ANY = re.compile(r"[\s\S]*")


class ListenerParts(Struct, frozen=True):
    """What the listeners of one workspace work with. `base_url` is the address of the pages, "" without any."""

    settings: Settings
    queue: WorkQueue
    store: Store
    session: aiohttp.ClientSession
    hosts: CodeHosts | None
    client: "AsyncWebClient"
    policies: Policies
    watch: tuple[str, ...] = ()
    base_url: str = ""


@asynccontextmanager
async def listening(settings: Settings, secret: str, queue: WorkQueue, store: Store) -> AsyncIterator[AsyncApp]:
    """The slack-bolt application while the block runs."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    policies = policies_from(settings.policy)
    async with session_for_slack(settings.proxies()) as session, open_code_hosts(settings.github_options()) as hosts:
        app = quiet_app(token, secret, client_for("", settings.slack_api_url, session))
        client = client_for(token, settings.slack_api_url, session)
        parts = ListenerParts(
            settings, queue, store, session, hosts, client, policies, settings.watch, settings.pages_url
        )
        yield listen_to_all(app, parts)


def listen_to_all(app: AsyncApp, parts: ListenerParts) -> AsyncApp:
    """The application, with every listener."""
    queue, client, store, policies = parts.queue, parts.client, parts.store, parts.policies
    ephemeral = Ephemeral(store, parts.session, parts.settings.slack_api_url)
    fixing = Fixing(Reports(store), policies, parts.hosts)
    attending = Attending(store, queue, policies)
    context = _context(parts, attending)
    listener.register(app, context, client, ephemeral)
    channels.register(app, channels.ChannelListener(store))
    home.register(app, home.HomeListener(context, client))
    link.register(app, link.LinkListener(queue, parts.base_url))
    check_message.register(app, check_message.CheckMessage(queue, client, ephemeral))
    check_image.register(app, check_image.CheckImageStep(queue))
    mention.register(app, mention.MentionListener(context))
    listen(app, Parts(attending, client, ephemeral, fixing, parts.base_url))
    app.action(_ANY)(_opened)
    app.view(_ANY)(_opened)
    app.event(_ANY)(_unheard)
    app.error(_internal_error)
    return app


def _context(parts: ListenerParts, attending: Attending) -> CommandContext:
    return CommandContext(
        attending.queue,
        parts.base_url,
        attending.store,
        watch_list(parts.watch, attending.policies, attending.store),
        parts.settings.tag_apis,
        parse_schedule(parts.settings.digest),
        attending,
    )


async def _opened(ack: AsyncAck) -> None:
    """Slack opens a link itself, and notifies us; or it is a button or form of another version."""
    await ack()


async def _unheard(ack: AsyncAck) -> None:
    """An event that the app is subscribed to by mistake, or an older version was."""
    await ack()


async def _internal_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """For every unexpected error, the person gets a reference to the log, not the error's text.

    An event that could not be stored is answered with 503: Slack delivers it again.
    """
    if body.get("type") == "event_callback" and isinstance(error, StoreError | TimeoutError):
        log.warning("event not stored", error=str(error) or type(error).__name__)
        return BoltResponse(status=503, body="")
    reference = secrets.token_hex(4)
    log.error("Slack listener failed", reference=reference, exc_info=error)
    text = f"An internal error occurred. Reference `{reference}`."
    return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})
