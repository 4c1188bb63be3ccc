"""The ways in for Slack: Socket Mode (SLACK_APP_TOKEN), and POST /slack/events (SLACK_SIGNING_SECRET).

Both lead to the same listeners, which answer within 3 seconds. A job is stored before Slack gets the answer. Over HTTP:
401 forged, 400 malformed, 413 too long, 200 without an action for a repeated request.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from typing import Final

import structlog
from aiohttp import web
from msgspec import Struct
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncBoltRequest

from bot.errors import ForgedError, MalformedDeliveryError, StoreError
from bot.intake.job import WorkQueue
from bot.jobs.queue import DocketQueue
from bot.settings import Settings
from bot.slack.problems import SOCKET_PROBLEMS, socket_problem
from bot.slack.transport import Refused, RetryLater
from bot.slack.workspaces import OAuthOptions
from bot.store import Store, trouble
from bot.store.slack_events import SlackEvents
from bot.store.slack_problems import SlackProblems
from bot.values import Hiding
from handlers.body import read
from handlers.oauth.apps import open_apps
from handlers.oauth.install import install_pages
from handlers.slack_dispatch import Dispatcher, Listening
from handlers.slack_envelopes import socket_mode
from handlers.slack_keys import SlackKeys, slack_keys
from handlers.slack_listeners import listening
from handlers.slack_request import AGE_MAX, readable, verify

log = structlog.get_logger(__name__)

_FAILED: Final = 500

PATH: Final = "/slack/events"
BODY_MAX: Final = 1024 * 1024
"""Bytes; Slack's payloads are much smaller."""

BODY_TIME: Final = 2.0
"""Seconds for the whole body to arrive."""

REPLAY_TIME: Final = 0.5
"""Seconds for the store to say whether a request is repeated. Without an answer, the request is accepted."""


def mount_workspaces(
    app: web.Application, settings: Settings, options: OAuthOptions, queue: DocketQueue, store: Store
) -> None:
    """The same for several workspaces, and the pages on which they install the app."""
    secret = settings.slack_signing_secret.get_secret_value().strip() if settings.slack_signing_secret else ""
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    install_pages(settings, options, store).mount(app)
    keys = SlackKeys(secret, app_token)
    _mount(app, settings, keys, store, partial(open_apps, settings, options, secret, queue, store))


def mount(app: web.Application, settings: Settings, queue: WorkQueue, store: Store) -> bool:
    """Add the ways in to the application. False if Slack is not configured: then there are only the pages.

    Raises SettingsError for a bot token without a way in that is authenticated, and for a way in without a bot token.
    """
    keys = slack_keys(settings)
    if keys is None:
        log.info("SLACK_BOT_TOKEN is not set: pages only")
        return False
    _mount(app, settings, keys, store, partial(listening, settings, keys.signing_secret, queue, store))
    return True


def _mount(
    app: web.Application,
    settings: Settings,
    keys: SlackKeys,
    store: Store,
    opened: Callable[[], AbstractAsyncContextManager[Listening]],
) -> None:
    door = SlackEndpoint(keys.signing_secret, store)
    if keys.signing_secret:
        app.router.add_post(PATH, door.receive)

    async def listen(_: web.Application) -> AsyncIterator[None]:
        async with opened() as bolt:
            door.dispatcher = Dispatcher(bolt, SlackEvents(store))
            async with socket_mode(
                settings, keys.app_token, door.dispatcher, partial(note_socket, SlackProblems(store))
            ):
                yield

    app.cleanup_ctx.append(listen)


async def note_socket(problems: SlackProblems, state: RetryLater | Refused | None) -> None:
    """Note why the socket is not connected, where /readyz and the doctor look; None = it is."""
    try:
        await problems.replace(SOCKET_PROBLEMS, () if state is None else (socket_problem(state),))
    except StoreError as error:  # the log has said it
        log.warning("state of the socket not noted", error=str(error))


class SlackEndpoint(Hiding, Struct):
    """Accepts authentic requests from Slack only."""

    HIDDEN = frozenset({"secret"})

    secret: str
    store: Store
    dispatcher: Dispatcher | None = None

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
        if self.dispatcher is None:  # cannot happen after startup: aiohttp runs `listen` first
            return web.Response(status=503)
        answer = await self._dispatch(self.dispatcher, request, text)
        if answer.status >= _FAILED:  # Slack may send it again in this second, with the same signature
            await self._forget(signature)
        return answer

    @staticmethod
    async def _dispatch(dispatcher: Dispatcher, request: web.Request, text: str) -> web.Response:
        try:  # Bolt raises any exception for payloads with unexpected types
            asked = AsyncBoltRequest(body=text, query=request.query_string, headers=dict(request.headers))
            return await to_aiohttp_response(await dispatcher.dispatch(asked, is_signed=True))
        except Exception:
            log.exception("signed request not processed")
            return web.Response(status=400, text="not a valid request")

    async def _forget(self, signature: str) -> None:
        with suppress(StoreError), trouble("forgetting a request"):
            async with asyncio.timeout(REPLAY_TIME):
                await self.store.redis.delete(self._key(signature))

    def _key(self, signature: str) -> str:
        return self.store.key("slack", "request", hashlib.sha256(signature.encode()).hexdigest())

    async def _is_replay(self, signature: str) -> bool:
        """Whether a request with the same signature came before: it is a replay."""
        key = self._key(signature)
        try:
            with trouble("looking for a repeated request"):
                async with asyncio.timeout(REPLAY_TIME):
                    return not await self.store.redis.set(key, "1", nx=True, ex=2 * AGE_MAX)
        except StoreError as error:
            log.warning("request accepted without a replay check", error=str(error))
            return False
