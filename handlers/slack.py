"""The endpoint for Slack: POST /slack/events receives commands and buttons, verifies them and answers within 3 seconds.

401 forged, 400 malformed, 413 too long, 200 without an action for a repeated request. A job is stored before Slack gets
the answer.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot.errors import ForgedError, MalformedDeliveryError, SettingsError, StoreError
from bot.intake.job import JobQueue
from bot.settings import Settings
from bot.store import Store, trouble
from handlers.body import read
from handlers.slack_listeners import listening
from handlers.slack_request import AGE_MAX, readable, verify

log = structlog.get_logger(__name__)

PATH: Final = "/slack/events"
BODY_MAX: Final = 1024 * 1024
"""Bytes; Slack's payloads are much smaller."""

BODY_TIME: Final = 2.0
"""Seconds for the whole body to arrive."""

REPLAY_TIME: Final = 0.5
"""Seconds for the store to say whether a request is repeated. Without an answer, the request is accepted."""


def mount(app: web.Application, settings: Settings, queue: JobQueue, store: Store) -> bool:
    """Add the endpoint to the application. False if Slack is not configured: then there are only the pages.

    Raises SettingsError for a token without a signing secret, because then anybody could send commands.
    """
    secret = signing_secret(settings)
    if secret is None:
        log.info("neither SLACK_BOT_TOKEN nor SLACK_SIGNING_SECRET is set: pages only")
        return False
    door = SlackEndpoint(secret, store)
    app.router.add_post(PATH, door.receive)

    async def listen(_: web.Application) -> AsyncIterator[None]:
        async with listening(settings, secret, queue, store) as door.app:
            yield

    app.cleanup_ctx.append(listen)
    return True


def signing_secret(settings: Settings) -> str | None:
    """The secret if both settings are set; None if neither is."""
    secret = settings.slack_signing_secret.get_secret_value().strip() if settings.slack_signing_secret else ""
    if settings.slack_bot_token is None and not secret:
        return None
    if settings.slack_bot_token is None:
        raise SettingsError("SLACK_BOT_TOKEN: is not set, but SLACK_SIGNING_SECRET is; both are in the app's settings")
    if not secret:
        raise SettingsError("SLACK_SIGNING_SECRET: is empty; without it anybody could send commands")
    return secret


@dataclass(slots=True)
class SlackEndpoint:
    """Accepts authentic requests from Slack only."""

    secret: str
    store: Store
    app: AsyncApp | None = None

    async def receive(self, request: web.Request) -> web.Response:
        """One request from Slack."""
        try:
            body = await read(request, most=BODY_MAX, seconds=BODY_TIME)
            signature = verify(request.headers, body, self.secret, time.time())
            if await self._is_replay(signature):
                return web.Response()
            text = readable(body, request.content_type)
        except ForgedError:
            return web.Response(status=401)
        except MalformedDeliveryError as error:
            return web.Response(status=400, text=str(error))
        return await self._dispatch(request, text)

    async def _dispatch(self, request: web.Request, text: str) -> web.Response:
        if self.app is None:  # cannot happen after startup: aiohttp runs `listen` first
            return web.Response(status=503)
        try:  # Bolt raises any exception for payloads with unexpected types
            asked = AsyncBoltRequest(body=text, query=request.query_string, headers=dict(request.headers))
            return await to_aiohttp_response(await self.app.async_dispatch(asked))
        except Exception:
            log.exception("signed request not processed")
            return web.Response(status=400, text="not a valid request")

    async def _is_replay(self, signature: str) -> bool:
        """Whether a request with the same signature came before: it is a replay."""
        key = self.store.key("slack", "request", hashlib.sha256(signature.encode()).hexdigest())
        try:
            with trouble("looking for a repeated request"):
                async with asyncio.timeout(REPLAY_TIME):
                    return not await self.store.redis.set(key, "1", nx=True, ex=2 * AGE_MAX)
        except StoreError as error:
            log.warning("request accepted without a replay check", error=str(error))
            return False
