"""What Slack may ask of us, listed by hand: one command, the buttons, and a polite answer to all else."""

import logging
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StoreError, UsageError
from bot.jobs import JobQueue
from bot.render.slack_escape import escaped, is_safe
from bot.settings import Settings
from bot.slack.web_api import client_for, session_for_slack
from bot.slack.whisper import Whisper
from bot.store import Store
from handlers.actions import _pressed, recheck
from handlers.commands import Asked, Desk, answer

log = structlog.get_logger(__name__)

COMMAND: Final = "/provenance"
_ANY = re.compile(r"[\s\S]*")


@asynccontextmanager
async def listening(settings: Settings, secret: str, queue: JobQueue, store: Store) -> AsyncIterator[AsyncApp]:
    """The application of slack-bolt, for as long as the block lasts."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    async with session_for_slack() as session:
        app = _quiet_app(token, secret, client_for("", settings.slack_api_url, session))
        _commands(app, Desk(queue, settings.base_url))
        _buttons(app, recheck.Recheck(store, queue), Whisper(store, session, settings.slack_api_url))
        app.error(_sorry)
        yield app


def _quiet_app(token: str, secret: str, client: AsyncWebClient) -> AsyncApp:
    """Everything is passed: Bolt would else take what it finds in the environment.

    Its own authorization asks Slack at the first request, so an outage of Slack would make every command fail; we know
    who we are. A request with a bad signature would be logged with its body, and never comes so far.
    """
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)  # it warns of a token that it found in the environment and does not use

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    return AsyncApp(name="provenance", signing_secret=secret, authorize=authorize, client=client, logger=logger)


def _commands(app: AsyncApp, desk: Desk) -> None:
    async def provenance(ack: AsyncAck, body: dict[str, Any]) -> None:
        asked = Asked(
            text=_word(body, "text"),
            channel=_word(body, "channel_id"),
            user=_word(body, "user_id"),
            team=_word(body, "team_id"),
            response_url=_word(body, "response_url"),
        )
        await ack(response_type="ephemeral", text=_guarded(await answer(asked, desk)))

    async def other(ack: AsyncAck) -> None:
        await ack(response_type="ephemeral", text=f"I answer to `{COMMAND}`.")

    app.command(COMMAND)(provenance)
    app.command(_ANY)(other)


def _buttons(app: AsyncApp, again: recheck.Recheck, whisper: Whisper) -> None:
    async def rerun(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            pressed = _pressed.read(body)
        except UsageError as error:
            log.warning("a button that cannot be read", error=str(error))
            await ack()
            return
        said = await again.press(pressed)
        await ack()
        with suppress(StoreError):  # the job is stored, or the store is away and there is nothing to say it with
            await whisper.say(pressed.response_url, said, once=f"pressed:{secrets.token_hex(4)}")

    async def opened(ack: AsyncAck) -> None:  # Slack opens the address itself, and tells us
        await ack()

    app.action(recheck.ACTION)(rerun)
    app.action(_ANY)(opened)


async def _sorry(error: Exception) -> BoltResponse:
    """Whatever went wrong, the person hears a reference that stands in the log, and never the error's text."""
    reference = secrets.token_hex(4)
    log.error("a listener failed", reference=reference, exc_info=error)
    text = f"Something went wrong on my side. Reference `{reference}`."
    return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})


def _guarded(said: str) -> str:
    """The last look: what would call somebody or link somewhere leaves as letters."""
    if is_safe(said, ()):
        return said
    log.error("an answer was not escaped")
    return escaped(said, 3000)


def _word(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
