"""The listeners for Slack: one command, the buttons, and an answer to everything else."""

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeAlias

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from bot.digest.schedule import parse as parse_schedule
from bot.errors import StoreError, UsageError
from bot.intake.job import JobQueue
from bot.intake.watch_list import watch_list
from bot.policy.source import policies_from
from bot.render.slack.message import MessageDraft
from bot.settings import Settings
from bot.slack.ephemeral import Ephemeral
from bot.slack.fixing import Fixing
from bot.slack.web_api import client_for, session_for_slack
from bot.store import Store
from bot.store.reports import Reports
from bot.workflows.hosts import open_code_hosts
from handlers.actions import open_patch, open_pull_request, recheck
from handlers.actions.pressed import Pressed
from handlers.actions.pressed import read as read_pressed
from handlers.commands import CommandContext, listener
from handlers.events import mention
from handlers.slack_app import quiet_app

log = structlog.get_logger(__name__)

Press: TypeAlias = Callable[[Pressed], Awaitable[str | MessageDraft]]
Listener: TypeAlias = Callable[[AsyncAck, dict[str, Any]], Awaitable[None]]

_ANY = re.compile(r"[\s\S]*")


@asynccontextmanager
async def listening(settings: Settings, secret: str, queue: JobQueue, store: Store) -> AsyncIterator[AsyncApp]:
    """The slack-bolt application while the block runs."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    policies = policies_from(settings.policy)
    async with session_for_slack() as session, open_code_hosts(settings.github_options()) as hosts:
        app = quiet_app(token, secret, client_for("", settings.slack_api_url, session))
        ephemeral = Ephemeral(store, session, settings.slack_api_url)
        fixing = Fixing(Reports(store), policies, hosts)
        client = client_for(token, settings.slack_api_url, session)
        context = _context(settings, queue, store)
        listener.register(app, context)
        mention.register(app, mention.MentionListener(context))
        app.action(recheck.ACTION)(_button(recheck.Recheck(store, queue).press, ephemeral))
        app.action(open_patch.ACTION)(_slow_button(open_patch.OpenPatch(store, client).press, ephemeral))
        app.action(open_pull_request.ACTION)(_slow_button(open_pull_request.OpenPullRequest(fixing).press, ephemeral))
        app.action(_ANY)(_opened)
        app.event(_ANY)(_unheard)
        app.error(_internal_error)
        yield app


def _context(settings: Settings, queue: JobQueue, store: Store) -> CommandContext:
    watches = watch_list(settings.watch, policies_from(settings.policy), store)
    return CommandContext(queue, settings.base_url, store, watches, settings.tag_apis, parse_schedule(settings.digest))


def _button(press: Press, ephemeral: Ephemeral) -> Listener:
    """A button whose work is done before Slack gets its answer."""

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        button = _read(body)
        said = await press(button) if button else ""
        await ack()
        if button and said:
            await _ephemeral(ephemeral, button.response_url, said)

    return pressed


def _slow_button(press: Press, ephemeral: Ephemeral) -> Listener:
    """A button whose work takes longer than Slack waits. It is safe to press it again."""

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        if button := _read(body):
            await _ephemeral(ephemeral, button.response_url, await press(button))

    return pressed


async def _opened(ack: AsyncAck) -> None:
    """Slack opens the link itself, and notifies us."""
    await ack()


async def _unheard(ack: AsyncAck) -> None:
    """An event that the app is subscribed to by mistake, or an older version was."""
    await ack()


def _read(body: dict[str, Any]) -> Pressed | None:
    try:
        return read_pressed(body)
    except UsageError as error:
        log.warning("unreadable button payload", error=str(error))
        return None


async def _ephemeral(ephemeral: Ephemeral, response_url: str, said: str | MessageDraft) -> None:
    draft = MessageDraft(said, (), "") if isinstance(said, str) else said if said.fits() else said.plain()
    with suppress(StoreError):  # the work is done; without the store the answer cannot be sent
        await ephemeral.say(response_url, draft.text, draft.blocks, once=f"said:{secrets.token_hex(4)}")


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
