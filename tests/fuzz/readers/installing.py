"""What Slack answers while somebody installs the app, and when a token is renewed; and that the app was removed."""

import json
import logging
from contextlib import suppress
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.errors import SlackApiError

from bot.slack.workspaces.adapters import StoredInstallations
from bot.slack.workspaces.exchange import AppClient, TokenExchange
from bot.store import Store
from bot.store.workspaces import Installations, TokenKeys
from handlers.oauth.uninstalled import Uninstallation
from tests.fuzz.reader import Reader
from tests.fuzz.real_store import real_store
from tests.workspaces.making import TEAM, facts, made_keys, tokens

ANSWER = {
    "ok": True,
    "app_id": "A0APP",
    "token_type": "bot",
    "access_token": "xoxe.xoxb-1-one",
    "refresh_token": "xoxe-1-one",
    "expires_in": 43_200,
    "bot_user_id": "U0BOT",
    "bot_id": "B0BOT",
    "scope": "chat:write,commands",
    "team": {"id": TEAM, "name": "acme"},
    "enterprise": None,
    "is_enterprise_install": False,
    "authed_user": {"id": "U0ALICE"},
}
REMOVED = {"team_id": TEAM, "event_time": 1, "event": {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}}


class _Answering(AppClient):
    """Slack says the same to each call."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__("https://slack.example/api/", cast("aiohttp.ClientSession", None))
        self._answer = answer

    async def _request(self, **_: object) -> dict[str, Any]:
        return {"data": self._answer, "headers": {}, "status_code": 200}


@cache
def _keys() -> TokenKeys:
    return made_keys()


def _object(data: bytes) -> dict[str, Any]:
    try:
        read = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _installed(data: bytes) -> None:
    """The answer to a code, as Bolt reads it and our store keeps it; then the one to a refresh token."""
    client = _Answering(_object(data))
    settings = SimpleNamespace(client_id="1.2", client_secret="hush", redirect_uri=None)
    quiet = logging.getLogger("slack_bolt.fuzz")
    quiet.disabled = True
    flow = cast("AsyncOAuthFlow", SimpleNamespace(client=client, settings=settings, logger=quiet))

    async def install(store: Store) -> None:
        installations = Installations(store, _keys())
        with suppress(SlackApiError, aiohttp.ClientError, BoltError):
            installation = await AsyncOAuthFlow.run_installation(flow, "code")
            if installation is None:  # Slack refused the code
                return
            await StoredInstallations(store, installations).async_save(installation)
            (kept,) = await installations.all()
            stored = await installations.of(kept.team)
            assert stored is not None
            assert installations.tokens(stored).token

    real_store().run(install)


def _refreshed(data: bytes) -> None:
    exchange = TokenExchange(_Answering(_object(data)), "1.2", "hush")

    async def refresh(_: Store) -> None:
        await exchange.refresh("xoxe-1-old")

    real_store().run(refresh)


def _removed(data: bytes) -> None:
    async def remove(store: Store) -> None:
        installations = Installations(store, _keys())
        kept = await installations.install(facts(), tokens())
        removal = Uninstallation(installations, kept.workspace)
        await removal.revoked(_object(data))
        await removal.removed(_object(data))

    real_store().run(remove)


readers = (
    Reader("oauth-installed", _installed, lambda: (json.dumps(ANSWER).encode(),)),
    Reader("oauth-refreshed", _refreshed, lambda: (json.dumps(ANSWER).encode(),)),
    Reader("oauth-removed", _removed, lambda: (json.dumps(REMOVED).encode(),)),
)
