"""Runs of GitHub Actions as GitHub knows them: the commit and the workflow file that a run was of.

https://docs.github.com/en/rest/actions/workflow-runs#get-a-workflow-run
"""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from weakref import WeakValueDictionary

from msgspec import Struct

from bot.errors import SourceNotFoundError, SourceUnavailableError
from bot.workflows.address import Repository
from bot.workflows.github_exchange import Exchange, Reply

KEPT_SECONDS: Final = 3600.0
"""For which a run that is there is kept: its commit never changes."""

ABSENT_SECONDS: Final = 60.0
"""For which it is kept that there is none, or not that attempt, and whether a repository is shown."""

KEPT_MAX: Final = 512

REPLY_MAX: Final = 512 * 1024
"""Bytes of one answer; a run has some 15 KB, most of them addresses."""

ID_MAX: Final = 20
"""Digits of a run's number."""

_RUN: Final = re.compile(
    rf"/(?P<owner>[\w.-]{{1,100}})/(?P<name>[\w.-]{{1,100}})/actions/runs/(?P<id>[1-9]\d{{0,{ID_MAX - 1}}})"
    r"(?:/attempts/(?P<attempt>\d{1,6}))?",
    re.ASCII,
)
_FILE: Final = ".github/workflows/"
_COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class NamedRun(Struct, frozen=True):
    """A run as a statement names it; all parts passed a narrow pattern.

    A run that is started again keeps its number, so what was kept of its first attempt does not know the second one.
    """

    repository: Repository
    id: str
    attempt: int = 1


class WorkflowRun(Struct, frozen=True):
    """What GitHub says of it. `path` is the workflow file's, `attempts` how often it was started."""

    commit: str
    path: str
    event: str
    attempts: int


def named_run(url: str, server: str) -> NamedRun | None:
    """The run that this address names on that server; None when it names none."""
    base = server.rstrip("/")
    found = _RUN.fullmatch(url.removeprefix(base)) if url.startswith(base) else None
    if found is None or {found["owner"], found["name"]} & {".", ".."}:
        return None
    return NamedRun(Repository(found["owner"], found["name"]), found["id"], int(found["attempt"] or 1))


class WorkflowRuns:
    """Asks for as long as one exchange is open, and keeps the answers for a while."""

    def __init__(self, exchange: Exchange, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds."""
        self._exchange = exchange
        self._clock = clock
        self._asking = WeakValueDictionary[NamedRun, asyncio.Lock]()
        self._runs: OrderedDict[NamedRun, tuple[float, WorkflowRun | None]] = OrderedDict()
        self._public: OrderedDict[Repository, tuple[float, bool]] = OrderedDict()

    async def of(self, named: NamedRun) -> WorkflowRun | None:
        """The run; None when it is not there, in a repository that everybody sees.

        Raises SourceNotFoundError when nobody can tell, because the repository is private or not there;
        SourceDeniedError, SourceUnavailableError.
        """
        async with self._asking.setdefault(named, asyncio.Lock()):  # all images of a release name one run
            return await self._of(named)

    async def _of(self, named: NamedRun) -> WorkflowRun | None:
        until, run = self._runs.get(named, (0.0, None))
        if self._clock() < until:
            return run
        what = f"run {named.id} of {named.repository}"
        reply = await self._ask(f"{_path(named.repository)}/actions/runs/{named.id}", what)
        run = None if reply.status == HTTPStatus.NOT_FOUND else _read(reply, named, what)
        if run is None:
            await self.require_public(named.repository)
        is_there = run is not None and run.attempts >= named.attempt
        self._runs[named] = self._clock() + (KEPT_SECONDS if is_there else ABSENT_SECONDS), run
        while len(self._runs) > KEPT_MAX:
            self._runs.popitem(last=False)
        return run

    async def require_public(self, repository: Repository) -> None:
        """Raises SourceNotFoundError for a repository that not everybody sees: there, 404 may mean a lack of rights."""
        until, is_public = self._public.get(repository, (0.0, False))
        if self._clock() >= until:
            what = f"the repository {repository}"
            reply = await self._ask(_path(repository), what)
            is_public = reply.status == HTTPStatus.OK and reply.document(what).get("private") is False
            self._public[repository] = self._clock() + ABSENT_SECONDS, is_public
            while len(self._public) > KEPT_MAX:
                self._public.popitem(last=False)
        if not is_public:
            raise SourceNotFoundError(f"{repository} is private, or not there")

    async def _ask(self, path: str, what: str) -> Reply:
        """A reply of 200 or 404."""
        reply = await self._exchange.ask("GET", f"{self._exchange.api.rstrip('/')}{path}", what=what, limit=REPLY_MAX)
        return reply.expected(what, may_lack=True)


def _path(repository: Repository) -> str:
    return f"/repos/{repository.owner}/{repository.name}"


def _read(reply: Reply, named: NamedRun, what: str) -> WorkflowRun:
    """`path` may end in the ref, as .github/workflows/a.yml@refs/heads/main, and begin with another repository."""
    said = reply.document(what)
    commit, path, event = (said.get(key) for key in ("head_sha", "path", "event"))
    is_it = str(said.get("id")) == named.id and isinstance(commit, str) and _COMMIT.fullmatch(commit) is not None
    attempts = said.get("run_attempt", 1)
    if not is_it or not isinstance(path, str) or not isinstance(event, str) or not isinstance(attempts, int):
        raise SourceUnavailableError(f"{what}: the answer is not what GitHub would say")
    before, marker, file = path.partition("@")[0].partition(_FILE)
    return WorkflowRun(str(commit), f"{marker}{file}" or before, event, attempts)
