"""GET /slack/install and GET /slack/oauth_redirect: a person installs the app in their workspace.

Bolt's flow: the state is good once and for ten minutes, and only for the browser that began. The person gets a
sentence; what went wrong inside is in the log, without code, state or token.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, TypeAlias

import aiohttp
import structlog
from aiohttp import web
from msgspec import Struct
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.errors import StoreError
from bot.intake.rate import RateLimit
from bot.settings import Settings
from bot.slack.classify import failures
from bot.slack.web_api import session_for_slack
from bot.slack.workspaces.access_answer import UnreadableAnswerError
from bot.slack.workspaces.adapters import RefusedInstallationError, StoredInstallations, StoredStates
from bot.slack.workspaces.exchange import AppClient
from bot.slack.workspaces.options import INSTALL_PATH, REDIRECT_PATH, OAuthOptions
from bot.store import Store
from bot.store.workspaces import Installations, OAuthStates
from bot.store.workspaces.records import TEAM
from handlers.client_address import network_of, visit_of
from handlers.slack_manifest import manifest

log = structlog.get_logger(__name__)

BURST: Final = 20
"""Requests that one address may make at once: each stores something, or makes us ask Slack."""

RATE: Final = 0.2
"""Requests a second after that."""

QUERY_MAX: Final = 4000
"""Characters of a query; Slack's codes and our states have some hundred."""

INSTALLED: Final = "The app is installed. In Slack, type /invite @provenance in a channel, then /provenance help."
_REASONS: Final = {
    "access_denied": "Nothing was installed: you did not allow it in Slack.",
    "invalid_browser": "This link was begun in another browser, or cookies are off.",
    "invalid_state": "This link was used already, or is older than ten minutes.",
    "missing_code": "Slack did not send a code.",
    "invalid_code": "Slack did not accept the code; it is good once.",
}
_KNOWN: Final = frozenset({*_REASONS, "storage_error"})
_OTHER: Final = "The app could not be installed. The log of the bot says why."
AGAIN: Final = "Begin again at {url}"


Step: TypeAlias = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


class InstallPages(Struct):
    """Both pages. `flow` is there once the application has started."""

    settings: Settings
    options: OAuthOptions
    store: Store
    limit: RateLimit
    flow: AsyncOAuthFlow | None = None

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get(INSTALL_PATH, self.install)
        app.router.add_get(REDIRECT_PATH, self.come_back)
        app.cleanup_ctx.append(self._opened)

    async def install(self, request: web.Request) -> web.Response:
        """Send the browser to Slack, with a new state."""
        if self.flow is None or not self._may(request):
            return _refused()
        team = request.query.get("team", "")  # slack_sdk would put it into the address as it is
        return await self._do(request, self.flow.handle_installation, f"team={team}" if TEAM.fullmatch(team) else "")

    async def come_back(self, request: web.Request) -> web.Response:
        """Slack has sent the browser back, with a code."""
        if self.flow is None or not self._may(request):
            return _refused()
        if len(request.query_string) > QUERY_MAX:
            return _page(self._again(_OTHER), 400)
        return await self._do(request, self.flow.handle_callback, request.query_string)

    async def _do(self, request: web.Request, step: Step, query: str) -> web.Response:
        asked = AsyncBoltRequest(body="", query=query, headers=dict(request.headers))
        try:
            return await to_aiohttp_response(await step(asked))
        except (StoreError, BoltError) as error:
            log.warning("installation not possible", error=type(error).__name__)
            return _page("The bot cannot install the app right now. Please try again in a minute.", 503)
        except UnreadableAnswerError as error:
            log.warning("installation not possible", error=str(error))
            return _page(self._again("The bot could not read what Slack answered."), 503)
        except failures() as error:
            log.warning("installation not possible", error=type(error).__name__)
            return _page(self._again("Slack did not answer."), 503)
        except Exception as error:  # noqa: BLE001 - its text may name a code or a token
            log.error("installation failed", error=type(error).__name__)  # noqa: TRY400
            return _page(self._again(_OTHER), 500)

    def _may(self, request: web.Request) -> bool:
        return self.limit.take(network_of(visit_of(request).client or request.remote or "")) is not None

    async def _opened(self, _: web.Application) -> AsyncIterator[None]:
        async with session_for_slack(self.settings.proxies()) as session:
            self.flow = self._flow(session)
            yield

    def _flow(self, session: aiohttp.ClientSession) -> AsyncOAuthFlow:
        quiet = logging.getLogger("slack_bolt")
        quiet.setLevel(logging.ERROR)  # it logs a code that Slack refused
        options = self.options
        installations = Installations(self.store, options.keys)
        return AsyncOAuthFlow(
            client=AppClient(self.settings.slack_api_url, session),
            logger=quiet,
            settings=AsyncOAuthSettings(
                client_id=options.client_id,
                client_secret=options.client_secret,
                scopes=_scopes(),
                user_scopes=[],
                redirect_uri=options.redirect_url,
                install_path=INSTALL_PATH,
                install_page_rendering_enabled=False,
                redirect_uri_path=REDIRECT_PATH,
                callback_options=AsyncCallbackOptions(success=self._installed, failure=self._failed),
                authorization_url=options.authorize_url,
                installation_store=StoredInstallations(self.store, installations),
                installation_store_bot_only=True,
                state_store=StoredStates(OAuthStates(self.store)),
                logger=quiet,
            ),
        )

    async def _installed(self, done: AsyncSuccessArgs) -> BoltResponse:
        log.info("a workspace installed the app", team=done.installation.team_id)
        return _answer(INSTALLED, 200)

    async def _failed(self, failed: AsyncFailureArgs) -> BoltResponse:
        log.warning("app not installed", reason=failed.reason if failed.reason in _KNOWN else "other")
        why = str(failed.error) if isinstance(failed.error, RefusedInstallationError) else ""
        return _answer(self._again(why or _REASONS.get(failed.reason, _OTHER)), failed.suggested_status_code)

    def _again(self, why: str) -> str:
        return f"{why} {AGAIN.format(url=self.options.install_url)}"


def install_pages(settings: Settings, options: OAuthOptions, store: Store) -> InstallPages:
    """The pages of these settings."""
    return InstallPages(settings, options, store, RateLimit(BURST, RATE))


def _scopes() -> list[str]:
    """Those of the manifest, the optional ones too: Slack lets the person leave them out."""
    asked = manifest("https://bot.example.org", is_distributed=True)["oauth_config"]["scopes"]
    return [*asked["bot"], *asked["bot_optional"]]


def _answer(text: str, status: int) -> BoltResponse:
    return BoltResponse(status=status, body=text, headers={"content-type": ["text/plain; charset=utf-8"]})


def _page(text: str, status: int) -> web.Response:
    return web.Response(status=status, text=text)


def _refused() -> web.Response:
    return web.Response(status=429, text="Too many requests. Please wait a minute.", headers={"Retry-After": "60"})
