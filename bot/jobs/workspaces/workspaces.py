"""All workspaces that have the app, as a worker sees them: their parts, made when they are needed, and their loops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Final

import structlog
from msgspec import Struct, field

from bot.errors import SettingsError, StoreError
from bot.jobs.queue import DocketQueue
from bot.jobs.timing import Timing
from bot.jobs.workspaces.parts import Loop, WorkspaceMeans, WorkspaceParts, parts_of
from bot.jobs.workspaces.policies import WorkspacePolicies
from bot.oci.options import RegistryOptions
from bot.oci.registries import OpenRegistries, open_registries
from bot.polling.poller import holder
from bot.settings import Settings
from bot.slack.web_api import session_for_slack
from bot.slack.workspaces import OAuthOptions
from bot.slack.workspaces.client import WorkspaceClient
from bot.slack.workspaces.exchange import AppClient, TokenExchange
from bot.slack.workspaces.tokens import WorkspaceTokens
from bot.store import Store
from bot.store.lease import Leases
from bot.store.registry_hosts import RegistryHosts
from bot.store.slack_problems import ProblemCode, SlackProblem, SlackProblems
from bot.store.workspaces import Installations, Leaving
from bot.values import replace
from bot.workflows.hosts import open_code_hosts

log = structlog.get_logger(__name__)

BEAT: Final = 5.0
"""Seconds between two looks at which workspaces have the app."""

LEAVING_LEASE: Final = 120.0
"""Seconds; one process deletes at a time."""

LEAVING_EVERY: Final = 60.0
"""Seconds between two deletions of what a workspace that left may still have."""


class Workspaces(Struct):
    """Their parts in this process."""

    means: WorkspaceMeans
    options: OAuthOptions
    policies: WorkspacePolicies
    installations: Installations
    tokens: WorkspaceTokens
    stack: AsyncExitStack  # holds the registries that are open
    beat: float = BEAT
    _parts: dict[str, WorkspaceParts] = field(default_factory=dict)
    _own: dict[str, AsyncExitStack] = field(default_factory=dict)
    _loops: dict[str, list[asyncio.Task[None]]] = field(default_factory=dict)
    _anonymous: OpenRegistries | None = None
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)
    _emptied_at: float = float("-inf")

    async def of(self, workspace: str) -> WorkspaceParts | None:
        """See PartsSource. An installation that was removed since then has no parts, though its team may have the app.

        Raises SettingsError for a policy file that does not hold (at start all of them are read).
        """
        stored = await self.installations.of(workspace.partition(".")[0])
        if stored is None or stored.facts.workspace != workspace:
            return None
        async with self._making:
            if workspace not in self._parts:
                self._parts[workspace] = await self._made(workspace)
            return self._parts[workspace]

    async def run(self, stop: asyncio.Event) -> None:
        """Run the loops of each workspace until `stop` is set. Raises nothing."""
        while not stop.is_set():
            try:
                await self._look(stop)
                await self._empty()
            except StoreError as error:
                log.warning("workspaces not looked at", why=str(error))
            except Exception:
                log.exception("workspaces not looked at")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self.beat)
        for workspace in list(self._loops):
            await self._end(workspace)

    async def _look(self, stop: asyncio.Event) -> None:
        there = {facts.workspace for facts in await self.installations.all()}
        await self._note_unreadable()
        for workspace in there - self._loops.keys():
            try:
                parts = await self.of(workspace)
            except SettingsError as error:  # written after the start; the others are served as ever
                log.error("a workspace cannot be served", workspace=workspace, why=str(error))  # noqa: TRY400
                continue
            if parts is not None:
                self._loops[workspace] = [asyncio.create_task(_run(loop, stop)) for loop in parts.loops]
                log.info("a workspace is served", workspace=workspace)
        for workspace in self._loops.keys() - there:
            await self._end(workspace)
            self._parts.pop(workspace, None)
            if (own := self._own.pop(workspace, None)) is not None:
                await own.aclose()

    async def _note_unreadable(self) -> None:
        """Where /readyz and the doctor look."""
        problems = [
            SlackProblem(code=ProblemCode.TOKEN_UNREADABLE, where=team)
            for team in await self.installations.unreadable()
        ]
        await SlackProblems(self.means.shared).replace({ProblemCode.TOKEN_UNREADABLE}, problems)

    async def _end(self, workspace: str) -> None:
        tasks = self._loops.pop(workspace)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _empty(self) -> None:
        """Delete what is left of workspaces that removed the app: at once, and then now and again for a while."""
        leaving, clock = Leaving(self.means.shared), asyncio.get_running_loop().time
        if not await leaving.all():
            self._emptied_at = float("-inf")
            return
        if clock() - self._emptied_at < LEAVING_EVERY:
            return
        leases = Leases(self.means.shared, "workspaces-leaving", holder(), seconds=LEAVING_LEASE)
        if await leases.take() is not None:
            log.info("the remains of workspaces that removed the app are deleted", keys=await leaving.round())
            await leases.release()
        self._emptied_at = clock()

    async def _made(self, workspace: str) -> WorkspaceParts:
        team = workspace.partition(".")[0]
        policies = self.policies.of(team)
        client = WorkspaceClient(self.tokens, workspace, self.means.settings.slack_api_url, self.means.session)
        return parts_of(workspace, self.means, policies, await self._registry(workspace, team), client)

    async def _registry(self, workspace: str, team: str) -> OpenRegistries:
        """One without credentials for all, or one of its own for a workspace that has some."""
        credentials = self.options.credentials_of(team)
        options = workspace_registries(self.means.settings)
        if credentials is not None:
            own = self._own[workspace] = AsyncExitStack()
            self.stack.push_async_callback(own.aclose)
            options = replace(options, registry_auth=credentials)
            return await own.enter_async_context(open_registries(options, shared=RegistryHosts(self.means.shared)))
        if self._anonymous is None:
            shared = RegistryHosts(self.means.shared)
            self._anonymous = await self.stack.enter_async_context(open_registries(options, shared=shared))
        return self._anonymous


def workspace_registries(settings: Settings) -> RegistryOptions:
    """How workspaces reach registries: without the bot's own credentials, which would show them others' images."""
    return replace(settings.registry_options(local=False), registry_auth=None, environment={})


@asynccontextmanager
async def open_tokens(settings: Settings, options: OAuthOptions, store: Store) -> AsyncIterator[WorkspaceTokens]:
    """The tokens of all workspaces, with an HTTP session while the block runs."""
    async with session_for_slack(settings.proxies()) as session:
        app = AppClient(settings.slack_api_url, session)
        exchange = TokenExchange(app, options.client_id, options.client_secret)
        tokens = WorkspaceTokens(store, Installations(store, options.keys), exchange)
        try:
            yield tokens
        finally:
            await tokens.close()


@asynccontextmanager
async def open_workspaces(
    settings: Settings, options: OAuthOptions, store: Store, queue: DocketQueue, timing: Timing
) -> AsyncIterator[Workspaces]:
    """All workspaces, whose loops run while the block does."""
    async with (
        AsyncExitStack() as stack,
        open_tokens(settings, options, store) as tokens,
        session_for_slack(settings.proxies()) as session,
        open_code_hosts(settings.github_options()) as hosts,
    ):
        means = WorkspaceMeans(settings, store, queue, session, hosts, timing)
        all_of_them = Workspaces(
            means, options, WorkspacePolicies(options), Installations(store, options.keys), tokens, stack
        )
        stop = asyncio.Event()
        running = asyncio.create_task(all_of_them.run(stop), name="workspaces")
        try:
            yield all_of_them
        finally:
            stop.set()
            await running


async def _run(loop: Loop, stop: asyncio.Event) -> None:
    """A loop that fails is over until the process starts anew, and says so."""
    try:
        await loop(stop)
    except Exception:
        log.exception("a workspace's loop has failed")
