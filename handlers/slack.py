"""The door for Slack: POST /slack/events takes commands and buttons, each verified, answered well under 3 seconds.

401 forged, 400 malformed, 413 too long, 200 and nothing done for a repeat. Nothing that matters happens after the
answer: a job is in the store before Slack hears that it is taken.
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
"""Bytes; Slack's own payloads stay far below."""

BODY_TIME: Final = 2.0
"""Seconds for the whole body to arrive."""

REPLAY_TIME: Final = 0.5
"""Seconds for the store to say whether a request came before; without it the request is taken."""


def mount(app: web.Application, settings: Settings, queue: JobQueue, store: Store) -> bool:
    """Put the door into the application; False when there are no settings of Slack, and so pages only.

    Raises SettingsError for a token without a signing secret: anybody could give orders.
    """
    secret = signing_secret(settings)
    if secret is None:
        log.info("neither SLACK_BOT_TOKEN nor SLACK_SIGNING_SECRET is set: pages only")
        return False
    door = SlackEndpoint(secret, store)
    app.router.add_post(PATH, door.receive)

    async def open_ears(_: web.Application) -> AsyncIterator[None]:
        async with listening(settings, secret, queue, store) as door.app:
            yield

    app.cleanup_ctx.append(open_ears)
    return True


def signing_secret(settings: Settings) -> str | None:
    """The secret, once both settings are there; None when neither is."""
    secret = settings.slack_signing_secret.get_secret_value().strip() if settings.slack_signing_secret else ""
    if settings.slack_bot_token is None and not secret:
        return None
    if settings.slack_bot_token is None:
        raise SettingsError("SLACK_BOT_TOKEN: is not set, but SLACK_SIGNING_SECRET is; both are in the app's settings")
    if not secret:
        raise SettingsError("SLACK_SIGNING_SECRET: is empty, so anybody could give orders; it is in the app's settings")
    return secret


@dataclass(slots=True)
class SlackEndpoint:
    """Lets Slack in, and nobody else."""

    secret: str
    store: Store
    app: AsyncApp | None = None

    async def receive(self, request: web.Request) -> web.Response:
        """One request of Slack's."""
        try:
            body = await read(request, most=BODY_MAX, seconds=BODY_TIME)
            signature = verify(request.headers, body, self.secret, time.time())
            if await self._was_here(signature):
                return web.Response()
            text = readable(body, request.content_type)
        except ForgedError:
            return web.Response(status=401)
        except MalformedDeliveryError as error:
            return web.Response(status=400, text=str(error))
        return await self._dispatch(request, text)

    async def _dispatch(self, request: web.Request, text: str) -> web.Response:
        if self.app is None:  # aiohttp serves nothing before its start is through
            return web.Response(status=503)
        try:  # Bolt trips over payloads whose parts have other types than Slack's
            asked = AsyncBoltRequest(body=text, query=request.query_string, headers=dict(request.headers))
            return await to_aiohttp_response(await self.app.async_dispatch(asked))
        except Exception:
            log.exception("a signed request could not be understood")
            return web.Response(status=400, text="not understood")

    async def _was_here(self, signature: str) -> bool:
        """The same signature twice is the same request twice: somebody repeats what Slack said."""
        key = self.store.key("slack", "request", hashlib.sha256(signature.encode()).hexdigest())
        try:
            with trouble("looking for a repeated request"):
                async with asyncio.timeout(REPLAY_TIME):
                    return not await self.store.redis.set(key, "1", nx=True, ex=2 * AGE_MAX)
        except StoreError as error:
            log.warning("a request is taken without a look for repeats", error=str(error))
            return False
