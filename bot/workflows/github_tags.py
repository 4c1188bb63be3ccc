"""Which commits a repository's Git tags name, as GitHub says now.

https://docs.github.com/en/rest/repos/repos#list-repository-tags has 100 tags in one answer, annotated ones peeled; so
all versions of most repositories cost one request. What is not among them is asked for by its name:
https://docs.github.com/en/rest/git/refs#get-a-reference
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from msgspec import Struct, field

from bot.errors import SourceDeniedError, SourceError, SourceNotFoundError, SourceUnavailableError
from bot.workflows.address import Repository
from bot.workflows.github_exchange import Exchange

KEPT_SECONDS: Final = 60.0
"""For which an answer is used again: all images of a release ask the same. Short, since a tag can be moved."""

KEPT_MAX: Final = 256
"""Repositories of which that is kept."""

PER_PAGE: Final = 100
LIST_MAX: Final = 1024 * 1024
"""Bytes of one page; a tag has some 450."""

PEELS_MAX: Final = 4
"""Annotated tags of annotated tags."""

NAMES_MAX: Final = 10
"""Tags of one repository that are asked for by name while its list is kept, without a token: GitHub answers 60
questions an hour then, and an audit has 50 versions."""

NAMES_MAX_WITH_TOKEN: Final = 100

_NAME: Final = re.compile(r"(?!.*(?:\.\.|//|/\.|@\{))[A-Za-z0-9](?:[A-Za-z0-9._/+@-]{0,198}[A-Za-z0-9_+-])?")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def may_be_tag(name: str) -> bool:
    """Whether that text may stand in an address as the name of a Git tag."""
    return _NAME.fullmatch(name) is not None


class _Kept(Struct):
    """What is known of one repository. `commits` are None for tags that are not there, `peeled` for other ids."""

    until: float
    commits: dict[str, str | None] = field(default_factory=dict)
    peeled: dict[str, str | None] = field(default_factory=dict)
    is_listed: bool = False
    is_whole: bool = False
    asked: int = 0
    error: SourceError | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class _Object(Struct, frozen=True):
    kind: str  # commit, tag, tree, blob
    id: str


class GitTags:
    """Asks for as long as one exchange is open, and keeps the answers for KEPT_SECONDS."""

    def __init__(self, exchange: Exchange, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds."""
        self._exchange = exchange
        self._clock = clock
        self._kept: dict[Repository, _Kept] = {}

    async def commits(self, repository: Repository, names: Iterable[str]) -> Mapping[str, str]:
        """The commits that these tags name, without those tags that are not there.

        Raises SourceNotFoundError when the repository is not there, or is not shown to us; SourceDeniedError,
        SourceUnavailableError. What kept us from asking is kept, too.
        """
        kept = self._of(repository)
        async with kept.lock:  # who comes second finds the answers of the first
            if kept.error is not None:
                raise kept.error.with_traceback(None)  # else it grows with each image that asks
            try:
                found = [(name, await self._commit(repository, name, kept)) for name in names if may_be_tag(name)]
            except (SourceNotFoundError, SourceDeniedError) as error:
                kept.error = error
                raise
        return {name: commit for name, commit in found if commit}

    async def peeled(self, repository: Repository, id_: str) -> str | None:
        """The commit behind an annotated tag, by the tag's own id; None for what is not the id of one.

        Raises what `commits` does. BuildKit 0.26 and later name that id for a build from such a tag:
        https://github.com/moby/buildkit/pull/6251
        """
        kept = self._of(repository)
        async with kept.lock:
            if id_ not in kept.peeled and _COMMIT.fullmatch(id_):
                self._count(kept, f"the tag {id_} of {repository}")
                kept.peeled[id_] = await self._peel(repository, id_)
        return kept.peeled.get(id_)

    def known(self, repository: Repository) -> Mapping[str, str]:
        """The commits of all its tags that were listed or asked for a moment ago; asks nobody."""
        return {name: commit for name, commit in self._of(repository).commits.items() if commit}

    def _of(self, repository: Repository) -> _Kept:
        kept = self._kept.get(repository)
        if kept is None or kept.until <= self._clock():
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            kept = self._kept[repository] = _Kept(self._clock() + KEPT_SECONDS)
        return kept

    async def _commit(self, repository: Repository, name: str, kept: _Kept) -> str | None:
        if not kept.is_listed:
            await self._list(repository, kept)
        if name not in kept.commits and not kept.is_whole:
            self._count(kept, f"the tag {name} of {repository}")
            kept.commits[name] = await self._named(repository, name)
        return kept.commits.get(name)

    def _count(self, kept: _Kept, what: str) -> None:
        """One question more. Raises SourceUnavailableError when it is one too many."""
        most = NAMES_MAX_WITH_TOKEN if self._exchange.token else NAMES_MAX
        if kept.asked >= most:
            raise SourceUnavailableError(f"{what}: not asked for, because {most} others were (NAMES_MAX)")
        kept.asked += 1

    async def _list(self, repository: Repository, kept: _Kept) -> None:
        what = f"the tags of {repository}"
        url = f"{self._base(repository)}/tags?per_page={PER_PAGE}"
        reply = await self._exchange.ask("GET", url, what=what, limit=LIST_MAX)
        if reply.status == HTTPStatus.NOT_FOUND:
            raise SourceNotFoundError(f"{repository} is not there, or is not shown to us")
        entries = reply.expected(what).listed(what)
        commits: dict[str, str | None] = {}
        for entry in entries:
            name, commit = entry.get("name"), entry.get("commit")
            if not isinstance(name, str) or not isinstance(commit, dict):
                raise SourceUnavailableError(f"{what}: the answer is not what GitHub would say")
            commits[name] = _sha(commit.get("sha"), what)
        kept.commits, kept.is_listed = commits, True
        is_last = 'rel="next"' not in reply.headers.get("Link", "")
        kept.is_whole = is_last and len(entries) < PER_PAGE  # a proxy may drop the header

    async def _named(self, repository: Repository, name: str) -> str | None:
        """The repository is shown to us, or its list had not been: a 404 means that the tag is not there."""
        what = f"the tag {name} of {repository}"
        url = f"{self._base(repository)}/git/ref/tags/{quote(name, safe='/')}"
        found = await self._object(url, what, ("ref", f"refs/tags/{name}"))
        if found is None or found.kind != "tag":
            return found.id if found and found.kind == "commit" else None
        return await self._peel(repository, found.id)

    async def _peel(self, repository: Repository, id_: str) -> str | None:
        what = f"the tag {id_} of {repository}"
        for _ in range(PEELS_MAX):
            found = await self._object(f"{self._base(repository)}/git/tags/{id_}", what, ("sha", id_))
            if found is None or found.kind != "tag":
                return found.id if found and found.kind == "commit" else None
            id_ = found.id
        raise SourceUnavailableError(f"{what}: more than {PEELS_MAX} annotated tags of each other (PEELS_MAX)")

    async def _object(self, url: str, what: str, own: tuple[str, str]) -> _Object | None:
        """What the answer names; None for a 404. `own` is a key that says whether it is about what was asked."""
        reply = await self._exchange.ask("GET", url, what=what, limit=LIST_MAX)
        if reply.status == HTTPStatus.NOT_FOUND:
            return None
        said = reply.expected(what).document(what)
        named, (key, value) = said.get("object"), own
        if not isinstance(named, dict) or said.get(key, value) != value:
            raise SourceUnavailableError(f"{what}: the answer is not what GitHub would say")
        return _Object(str(named.get("type")), _sha(named.get("sha"), what))

    def _base(self, repository: Repository) -> str:
        return f"{self._exchange.api.rstrip('/')}/repos/{repository.owner}/{repository.name}"


def _sha(value: object, what: str) -> str:
    if not isinstance(value, str) or not _COMMIT.fullmatch(value):
        raise SourceUnavailableError(f"{what}: the answer holds no commit id")
    return value
