"""Requests of several workspaces: each goes to the listeners of its own, which have that one's part of the store.

Whose request it is says Slack in the signed payload. Whatever else the payload names (a channel, a message, a waiver)
is looked for in that workspace's part, so that nothing of another one can be found.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.errors import StoreError
from bot.jobs.queue import DocketQueue
from bot.jobs.workspaces.policies import WorkspacePolicies
from bot.jobs.workspaces.queue import WorkspaceQueue
from bot.jobs.workspaces.workspaces import open_tokens
from bot.settings import Settings
from bot.slack.web_api import client_for, session_for_slack
from bot.slack.workspaces import OAuthOptions
from bot.slack.workspaces.client import WorkspaceClient
from bot.slack.workspaces.tokens import WorkspaceTokens
from bot.store import Store
from bot.store.workspaces import Installations
from bot.workflows.hosts import CodeHosts, open_code_hosts
from handlers.oauth import uninstalled
from handlers.slack_app import quiet_app
from handlers.slack_listeners import ListenerParts, listen_to_all
from handlers.slack_payload import is_event

log = structlog.get_logger(__name__)

APPS_MAX: Final = 100
"""Applications that are kept, those that were used last; one is made in some milliseconds."""

LOOK_MAX: Final = 0.5
"""Seconds for the store to say whether a workspace has the app."""

REMOVED: Final = "This workspace has removed the app. An admin can install it again: {url}"
UNAVAILABLE: Final = "That is not possible right now. Please try again in a minute."


@dataclass(slots=True)
class WorkspaceApps:
    """Stands for the Bolt applications of all workspaces."""

    settings: Settings
    options: OAuthOptions
    policies: WorkspacePolicies
    store: Store
    queue: DocketQueue
    session: aiohttp.ClientSession
    hosts: CodeHosts | None
    tokens: WorkspaceTokens
    secret: str = field(repr=False)
    installations: Installations = field(init=False)
    _apps: OrderedDict[str, AsyncApp] = field(default_factory=OrderedDict, init=False)
    _bare: AsyncApp = field(init=False)

    def __post_init__(self) -> None:
        self.installations = Installations(self.store, self.options.keys)
        self._bare = self._quiet()

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """See Listening. What is for no workspace (Slack verifies the address) is answered by Bolt itself."""
        team = req.context.team_id
        if not team:
            return await self._bare.async_dispatch(req)
        try:
            async with asyncio.timeout(LOOK_MAX):
                stored = await self.installations.of(team)
        except (StoreError, TimeoutError) as error:
            log.warning("workspace not looked up", team=team, error=str(error) or type(error).__name__)
            return BoltResponse(status=503, body="") if is_event(req.body) else _said(req, UNAVAILABLE)
        if stored is None:
            log.info("a request of a workspace without the app", team=team)
            return _said(req, REMOVED.format(url=self.options.install_url))
        return await self._app(stored.facts.workspace).async_dispatch(req)

    def _app(self, workspace: str) -> AsyncApp:
        if (app := self._apps.pop(workspace, None)) is None:
            app = self._made(workspace)
        self._apps[workspace] = app
        if len(self._apps) > APPS_MAX:
            self._apps.popitem(last=False)
        return app

    def _made(self, workspace: str) -> AsyncApp:
        app = self._quiet()
        uninstalled.register(app, uninstalled.Uninstallation(self.installations, workspace))
        client = WorkspaceClient(self.tokens, workspace, self.settings.slack_api_url, self.session)
        policies = self.policies.of(workspace.partition(".")[0])
        queue = WorkspaceQueue(self.queue, workspace)
        store = self.store.of(workspace)
        return listen_to_all(
            app, ListenerParts(self.settings, queue, store, self.session, self.hosts, client, policies)
        )

    def _quiet(self) -> AsyncApp:
        """Without a token: our listeners have clients of their own, which ask for it at each call."""
        return quiet_app("", self.secret, client_for("", self.settings.slack_api_url, self.session))


@asynccontextmanager
async def open_apps(
    settings: Settings, options: OAuthOptions, secret: str, queue: DocketQueue, store: Store
) -> AsyncIterator[WorkspaceApps]:
    """The applications while the block runs."""
    async with (
        open_tokens(settings, options, store) as tokens,
        session_for_slack(settings.proxies()) as session,
        open_code_hosts(settings.github_options()) as hosts,
    ):
        policies = WorkspacePolicies(options)
        yield WorkspaceApps(settings, options, policies, store, queue, session, hosts, tokens, secret)


def _said(req: AsyncBoltRequest, text: str) -> BoltResponse:
    """A sentence for a person who typed a command; for all others the request is acknowledged."""
    if "command" not in req.body:
        return BoltResponse(status=200, body="")
    body = json.dumps({"response_type": "ephemeral", "text": text})
    return BoltResponse(status=200, body=body, headers={"content-type": ["application/json"]})
