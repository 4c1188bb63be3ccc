"""The listeners for Slack: one command, the buttons, and an answer to everything else."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from bot.digest.schedule import parse as parse_schedule
from bot.errors import StoreError
from bot.intake.job import WorkQueue
from bot.intake.watch_list import watch_list
from bot.jobs.attending import Attending
from bot.policy.source import policies_from
from bot.settings import Settings
from bot.slack.ephemeral import Ephemeral
from bot.slack.fixing import Fixing
from bot.slack.web_api import client_for, session_for_slack
from bot.store import Store
from bot.store.reports import Reports
from bot.workflows.hosts import open_code_hosts
from handlers.actions.listeners import Parts, listen
from handlers.commands import CommandContext, listener
from handlers.events import channels, link, mention
from handlers.functions import check_image
from handlers.home import listener as home
from handlers.shortcuts import check_message
from handlers.slack_app import quiet_app

log = structlog.get_logger(__name__)

_ANY = re.compile(r"[\s\S]*")


@asynccontextmanager
async def listening(settings: Settings, secret: str, queue: WorkQueue, store: Store) -> AsyncIterator[AsyncApp]:
    """The slack-bolt application while the block runs."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    policies = policies_from(settings.policy)
    async with session_for_slack() as session, open_code_hosts(settings.github_options()) as hosts:
        app = quiet_app(token, secret, client_for("", settings.slack_api_url, session))
        ephemeral = Ephemeral(store, session, settings.slack_api_url)
        fixing = Fixing(Reports(store), policies, hosts)
        client = client_for(token, settings.slack_api_url, session)
        attending = Attending(store, queue, policies)
        context = _context(settings, attending)
        listener.register(app, context)
        channels.register(app, channels.ChannelListener(store))
        home.register(app, home.HomeListener(context, client))
        link.register(app, link.LinkListener(queue, settings.pages_url))
        check_message.register(app, check_message.CheckMessage(queue, client, ephemeral))
        check_image.register(app, check_image.CheckImageStep(queue))
        mention.register(app, mention.MentionListener(context))
        listen(app, Parts(attending, client, ephemeral, fixing, settings.pages_url))
        app.action(_ANY)(_opened)
        app.view(_ANY)(_opened)
        app.event(_ANY)(_unheard)
        app.error(_internal_error)
        yield app


def _context(settings: Settings, attending: Attending) -> CommandContext:
    return CommandContext(
        attending.queue,
        settings.pages_url,
        attending.store,
        watch_list(settings.watch, attending.policies, attending.store),
        settings.tag_apis,
        parse_schedule(settings.digest),
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
