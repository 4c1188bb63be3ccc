"""The way to the code host: one session behind the address guard, with and without a token.

Whoever made an image wrote its provenance, and may name any repository there. So the token, which may see more than
everybody does, is used only for repositories that the operator's policy names.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from aiohttp import ClientSession, DummyCookieJar, TCPConnector, ThreadedResolver
from msgspec import Struct
from yarl import URL

from bot.oci.guard import Guard
from bot.oci.hosts import authority
from bot.oci.options import RegistryOptions
from bot.oci.wire.proxied import requests_by
from bot.oci.wire.proxy_way import proxies_of, proxy_way
from bot.workflows.address import SERVER, WorkflowFile
from bot.workflows.attestations_api import AttestationsApi
from bot.workflows.code_host import CodeHost
from bot.workflows.github_api import GitHub
from bot.workflows.github_exchange import Exchange
from bot.workflows.github_runs import WorkflowRuns
from bot.workflows.github_tags import GitTags
from bot.workflows.options import BUNDLE_HOSTS, GitHubOptions
from bot.workflows.outage import AT_ONCE, Outage

if TYPE_CHECKING:
    from bot.workflows.pull_requests import PullRequests

REMEMBERED_MAX: Final = 64
"""Files that are kept; what a commit holds never changes."""

CONNECTIONS_MAX: Final = AT_ONCE
_COMMIT: Final = 40
"""Characters of a full commit id."""


class CodeHosts(Struct, frozen=True):
    """`public` sees what everybody sees, `own` what the token lets us see; without one nothing can be proposed."""

    public: CodeHost
    own: CodeHost
    server: str = SERVER
    pull_requests: "PullRequests | None" = None
    public_attestations: AttestationsApi | None = None
    own_attestations: AttestationsApi | None = None
    public_tags: GitTags | None = None
    own_tags: GitTags | None = None
    public_runs: WorkflowRuns | None = None
    own_runs: WorkflowRuns | None = None

    def attestations(self, *, is_ours: bool) -> AttestationsApi | None:
        """Who may list attestations; `is_ours` when the policy names the repository."""
        return self.own_attestations if is_ours else self.public_attestations

    def tags(self, *, is_ours: bool) -> GitTags | None:
        """Who knows the Git tags; `is_ours` when the policy names the repository."""
        return self.own_tags if is_ours else self.public_tags

    def runs(self, *, is_ours: bool) -> WorkflowRuns | None:
        """Who knows the CI runs; `is_ours` when the policy names the repository."""
        return self.own_runs if is_ours else self.public_runs

    def reader(self, *, is_ours: bool) -> CodeHost:
        """Who may read a file; `is_ours` when the policy names its repository."""
        return self.own if is_ours else self.public


class Remembering:
    """A code host that is asked once for what cannot change."""

    def __init__(self, host: CodeHost) -> None:
        self._host = host
        self._kept: OrderedDict[WorkflowFile, str] = OrderedDict()

    async def read(self, file: WorkflowFile) -> str:
        """A file's text. Raises SourceError."""
        if file in self._kept:
            self._kept.move_to_end(file)
            return self._kept[file]
        text = await self._host.read(file)
        if len(file.revision) == _COMMIT and file.revision.isalnum():
            self._kept[file] = text
        if len(self._kept) > REMEMBERED_MAX:
            self._kept.popitem(last=False)
        return text


@asynccontextmanager
async def open_session(options: GitHubOptions) -> AsyncIterator[tuple[ClientSession, Guard]]:
    """A session of its own. Only hosts that the operator wrote down may be private: the API's, and blob stores."""
    told = options.dialling
    own = (authority(URL(options.api)), *(host for host in options.bundle_hosts if host not in BUNDLE_HOSTS))
    resolver = ThreadedResolver()
    listed = RegistryOptions(private_hosts=own, insecure_hosts=told.insecure_hosts)
    proxies = proxies_of(told)
    guard = Guard(listed, proxy_way(proxies, resolver))
    connector = TCPConnector(limit=CONNECTIONS_MAX, resolver=resolver, socket_factory=guard.open_socket)
    async with ClientSession(
        connector=connector,
        headers={"User-Agent": told.user_agent},
        cookie_jar=DummyCookieJar(),
        trust_env=False,  # behind a proxy the guard sees the proxy alone: see oci/wire/outbound.py
        request_class=requests_by(proxies),
    ) as session:
        yield session, guard


@asynccontextmanager
async def open_code_hosts(options: GitHubOptions) -> AsyncIterator[CodeHosts | None]:
    """For as long as the block lasts; None when no API is set."""
    if not options.api:
        yield None
        return
    async with open_session(options) as (session, guard):
        public = Remembering(GitHub(session, options.api, None, guard))
        stores = frozenset(f"{host}:443" if ":" not in host else host for host in options.bundle_hosts)
        outage = Outage()
        listed = AttestationsApi(Exchange(session, options.api, None, guard, stores, outage=outage))
        if options.token is None:
            tags, runs = GitTags(listed.exchange), WorkflowRuns(listed.exchange)
            yield CodeHosts(public, public, options.server, None, listed, listed, tags, tags, runs, runs)
            return
        from bot.workflows.pull_requests import PullRequests  # noqa: PLC0415 - only with a token

        own = Remembering(GitHub(session, options.api, options.token, guard))
        requests = PullRequests(Exchange(session, options.api, options.token, guard), options.server)
        own_listed = AttestationsApi(Exchange(session, options.api, options.token, guard, stores, outage=outage))
        tags, own_tags = GitTags(listed.exchange), GitTags(own_listed.exchange)
        runs, own_runs = WorkflowRuns(listed.exchange), WorkflowRuns(own_listed.exchange)
        yield CodeHosts(public, own, options.server, requests, listed, own_listed, tags, own_tags, runs, own_runs)
