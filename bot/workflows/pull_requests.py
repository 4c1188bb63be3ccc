"""A pull request at GitHub: the files of one change in one commit on a branch of its own, proposed once.

https://docs.github.com/en/rest/git/trees, https://docs.github.com/en/rest/git/refs, https://docs.github.com/en/rest/pulls
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

from msgspec import Struct

from bot.errors import MalformedError, SourceDeniedError, SourceUnavailableError
from bot.oci.documents import parse
from bot.workflows.address import SERVER
from bot.workflows.github_exchange import Exchange, Reply

ANSWER_MAX: Final = 4 * 1024 * 1024
"""Bytes; GitHub tells a repository at length."""

_DENIED: Final = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
_FILE: Final = {"mode": "100644", "type": "blob"}


class Base(Struct, frozen=True):
    """What a change is made on: the default branch and its newest commit."""

    branch: str
    commit: str


class Proposal(Struct, frozen=True):
    """A change and the words for it; `files` are whole texts by path. The same `branch` is proposed once."""

    owner: str
    repository: str
    base: Base
    branch: str
    title: str
    body: str
    files: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """E.g. acme/app."""
        return f"{self.owner}/{self.repository}"


class PullRequest(Struct, frozen=True):
    """One that is there. `state` is GitHub's word, e.g. open; `is_new` when it was opened just now."""

    url: str
    number: int
    state: str
    is_new: bool
    repository: str = ""  # acme/app


class PullRequests:
    """Every method raises SourceError. `server` is where people read them."""

    def __init__(self, exchange: Exchange, server: str = SERVER) -> None:
        self._exchange = exchange
        self._server = server

    async def base(self, owner: str, repository: str) -> Base:
        """Where a change would start from."""
        name = f"{owner}/{repository}"
        told = await self._get(name, "")
        branch = _text(told, "default_branch", name)
        ref = await self._get(name, f"/git/ref/heads/{quote(branch)}")
        return Base(branch, _text(ref.get("object"), "sha", name))

    async def open(self, proposal: Proposal) -> PullRequest:
        """The pull request of that branch: the one that is there, whatever became of it, or a new one."""
        if found := await self._find(proposal):
            return found
        await self._branch(proposal)
        body = {
            "title": proposal.title,
            "body": proposal.body,
            "head": proposal.branch,
            "base": proposal.base.branch,
        }
        reply = await self._ask("POST", proposal.name, "/pulls", body)
        if reply.status == HTTPStatus.CREATED:
            return self._read(reply.document(proposal.name), proposal, is_new=True)
        if reply.status == HTTPStatus.UNPROCESSABLE_ENTITY and (found := await self._find(proposal)):
            return found  # somebody pressed at the same moment
        raise _refused(reply, proposal.name, "a pull request")

    async def state(self, name: str, number: int) -> str:
        """What became of that pull request of acme/app: open, merged or closed."""
        told = await self._get(name, f"/pulls/{number}")
        return "merged" if told.get("merged_at") else _text(told, "state", name)

    async def _branch(self, proposal: Proposal) -> None:
        """The commit and the branch that names it; a branch that is there already holds the same files."""
        name = proposal.name
        before = await self._get(name, f"/git/commits/{quote(proposal.base.commit)}")
        tree = {
            "base_tree": _text(before.get("tree"), "sha", name),
            "tree": [{"path": path, "content": text, **_FILE} for path, text in proposal.files],
        }
        made = await self._post(name, "/git/trees", tree)
        commit = {"message": proposal.title, "tree": _text(made, "sha", name), "parents": [proposal.base.commit]}
        sha = _text(await self._post(name, "/git/commits", commit), "sha", name)
        reply = await self._ask("POST", name, "/git/refs", {"ref": f"refs/heads/{proposal.branch}", "sha": sha})
        if reply.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            await self._get(name, f"/git/ref/heads/{quote(proposal.branch)}")
        elif reply.status != HTTPStatus.CREATED:
            raise _refused(reply, name, "a branch")

    async def _find(self, proposal: Proposal) -> PullRequest | None:
        query = urlencode({"head": f"{proposal.owner}:{proposal.branch}", "state": "all"})
        reply = await self._ask("GET", proposal.name, f"/pulls?{query}")
        if reply.status != HTTPStatus.OK:
            raise _refused(reply, proposal.name, "its pull requests")
        try:
            listed = parse(reply.body, what=proposal.name)
        except MalformedError:
            listed = None
        if not isinstance(listed, list):
            raise SourceUnavailableError(f"{proposal.name}: the answer is not what GitHub would say")
        found = [one for one in listed if isinstance(one, dict)]
        return self._read(found[0], proposal, is_new=False) if found else None

    def _read(self, document: Mapping[str, Any], proposal: Proposal, *, is_new: bool) -> PullRequest:
        """Its address is of our own making: only the number is GitHub's word."""
        number, state = document.get("number"), document.get("state")
        if not isinstance(number, int) or not isinstance(state, str):
            raise SourceUnavailableError(f"{proposal.name}: the answer is not what GitHub would say")
        url = f"{self._server}/{proposal.owner}/{proposal.repository}/pull/{number}"
        return PullRequest(url, number, "merged" if document.get("merged_at") else state, is_new)

    async def _get(self, name: str, rest: str) -> Mapping[str, Any]:
        reply = await self._ask("GET", name, rest)
        if reply.status != HTTPStatus.OK:
            raise _refused(reply, name, rest.strip("/") or "the repository")
        return reply.document(name)

    async def _post(self, name: str, rest: str, body: object) -> Mapping[str, Any]:
        reply = await self._ask("POST", name, rest, body)
        if reply.status != HTTPStatus.CREATED:
            raise _refused(reply, name, "a change")
        return reply.document(name)

    async def _ask(self, method: str, name: str, rest: str, body: object = None) -> Reply:
        url = f"{self._exchange.api}/repos/{name}{rest}"
        return await self._exchange.ask(method, url, what=name, limit=ANSWER_MAX, body=body)


def _text(document: object, key: str, name: str) -> str:
    value = document.get(key) if isinstance(document, Mapping) else None
    if not isinstance(value, str) or not value:
        raise SourceUnavailableError(f"{name}: the answer is not what GitHub would say")
    return value


def _refused(reply: Reply, name: str, what: str) -> SourceDeniedError | SourceUnavailableError:
    if reply.status in _DENIED:
        return SourceDeniedError(f"{name}: the token may not do that ({what}, answered {reply.status})")
    return SourceUnavailableError(f"{name}: answered {reply.status} ({what})")
