"""The one fake GitHub: repositories in memory behind the API that we use, strict about whom it lets do what.

    async with FakeGitHub() as github:
        repo = github.repository("acme/app", {".github/workflows/build.yml": text})
        ...                                     # ask github.api with github.token

A private repository does not exist for strangers; what is not ours to change answers 403; unknown keys are refused.
"""

import base64
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeAlias

from aiohttp import web
from msgspec import Struct, field

from tests.fake_actions import Runs
from tests.fake_attestations import Attestations, BlobStore, listed
from tests.fake_git_tags import Tags

TOKEN = "github_pat_fake"
VERSION, RAW, JSON = "2022-11-28", "application/vnd.github.raw+json", "application/vnd.github+json"
BLOB, TREE = "100644", "tree"
Files: TypeAlias = dict[str, str]
Handler: TypeAlias = Callable[["Repository", web.Request, dict[str, Any]], Awaitable[web.Response] | web.Response]


def sha(*parts: object) -> str:
    """An object's id."""
    return hashlib.sha1(json.dumps(parts, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


class Commit(Struct):
    tree: str
    parents: list[str]
    message: str


class Repository(Struct):
    """`branches` are heads by name; `rights` what the token may do here: read, push, workflows, pulls."""

    name: str
    is_private: bool = False
    default: str = "main"
    rights: set[str] = field(default_factory=lambda: {"read", "push", "workflows", "pulls"})
    trees: dict[str, Files] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    attestations: Attestations = field(default_factory=Attestations)
    tags: Tags = field(default_factory=Tags)
    runs: Runs = field(default_factory=Runs)

    def commit(self, files: Files, *, branch: str = "", message: str = "as it is") -> str:
        """These files on top of the branch; the commit's id."""
        branch = branch or self.default
        parents = [self.branches[branch]] if branch in self.branches else []
        before = self.trees[self.commits[parents[0]].tree] if parents else {}
        self.branches[branch] = self.add(self.tree(before | files), parents, message)
        return self.branches[branch]

    def tree(self, files: Files) -> str:
        id_ = sha(TREE, files)
        self.trees[id_] = files
        return id_

    def add(self, tree: str, parents: list[str], message: str) -> str:
        id_ = sha(tree, parents, message, len(self.commits))
        self.commits[id_] = Commit(tree, parents, message)
        return id_

    def resolve(self, ref: str) -> str | None:
        """A branch, HEAD or a commit."""
        name = self.default if ref in ("", "HEAD") else ref.removeprefix("refs/heads/")
        return self.branches.get(name) or (ref if ref in self.commits else None)

    def files(self, ref: str) -> Files:
        commit = self.resolve(ref)
        return self.trees[self.commits[commit].tree] if commit else {}


class FakeGitHub(Struct):
    """Requests are kept in `asked`: method, path with query, and whether the token was sent."""

    token: str = TOKEN
    is_private: bool = False  # a GitHub Enterprise that answers no strangers
    repositories: dict[str, Repository] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)  # the new name of each old one, answered with a 301
    asked: list[tuple[str, str, bool]] = field(default_factory=list)
    broken: int = 0  # answered to everything instead, when set
    headers: dict[str, str] = field(default_factory=dict)  # sent with `broken`
    api: str = ""
    blobs: BlobStore = field(default_factory=BlobStore)
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/repos/{owner}/{repo}{rest:.*}", self._answer)
        app.router.add_route("*", r"/repositories/{number:\d+}{rest:.*}", self._answer)
        app.router.add_get("/rate_limit", self._limits)
        app.router.add_get(r"/attestations/{number:\d+}.json.sn", self.blobs.answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.api = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.blobs.url = f"http://localhost:{self._runner.addresses[0][1]}"  # another host than the API's
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def repository(self, name: str, files: Files, *, is_private: bool = False) -> Repository:
        """A repository with one commit."""
        made = self.repositories[name] = Repository(name, is_private)
        made.commit(files)
        return made

    def changes(self) -> list[str]:
        """The paths of all requests that were to change something."""
        return [path for method, path, _ in self.asked if method != "GET"]

    async def _limits(self, request: web.Request) -> web.Response:
        """It counts against no limit, and needs no token; a wrong one is refused."""
        unsaid = "" if self.is_private else f"Bearer {self.token}"
        if request.headers.get("Authorization", unsaid) != f"Bearer {self.token}":
            return refuse(401, "Bad credentials")
        return web.json_response({"resources": {"core": {"limit": 60, "remaining": 60}}})

    async def _answer(self, request: web.Request) -> web.Response:
        authorization = request.headers.get("Authorization", "")
        self.asked.append((request.method, request.path_qs, bool(authorization)))
        if self.broken:
            return web.json_response({"message": "broken"}, status=self.broken, headers=self.headers)
        if request.headers.get("X-GitHub-Api-Version") != VERSION or not request.headers.get("User-Agent"):
            return refuse(400, "no version or no user agent")
        if authorization and authorization != f"Bearer {self.token}":
            return refuse(401, "Bad credentials")
        name = self._name(request)
        if name in self.renamed:
            number = list(self.repositories).index(self.renamed[name])
            where = f"{self.api}/repositories/{number}{request.match_info['rest']}?{request.query_string}"
            return web.json_response({"message": "Moved Permanently"}, status=301, headers={"Location": where})
        repository = self.repositories.get(name)
        known = bool(authorization) and repository is not None and "read" in repository.rights
        if repository is None or (repository.is_private and not known):
            return refuse(404, "Not Found")
        rights = repository.rights if authorization else set()
        return await self._dispatch(repository, request, rights)

    def _name(self, request: web.Request) -> str:
        """By owner and name, or by the number, as in the address that a renamed one answers with."""
        number = request.match_info.get("number")
        if number is not None:
            return dict(enumerate(self.repositories)).get(int(number), "")
        return f"{request.match_info['owner']}/{request.match_info['repo']}"

    async def _dispatch(  # noqa: PLR0911 - one line for each thing that can be asked
        self, repository: Repository, request: web.Request, rights: set[str]
    ) -> web.Response:
        rest = request.match_info["rest"]
        if request.method == "GET":
            if rest.startswith("/attestations/"):
                return listed(repository.name, repository.attestations, request, rest, self.blobs)
            if rest.startswith(("/tags", "/git/ref/tags/", "/git/tags/")):
                return repository.tags.answer(request, rest)
            if rest.startswith("/actions/runs/"):
                return repository.runs.answer(rest)
            return _get(repository, request, rest, rights)
        body = await request.json()
        match request.method, rest:
            case "POST", "/git/trees":
                return _if(rights, {"push"}, lambda: _trees(repository, body, rights))
            case "POST", "/git/commits":
                return _if(rights, {"push"}, lambda: _commits(repository, body))
            case "POST", "/git/refs":
                return _if(rights, {"push"}, lambda: _refs(repository, body))
            case "POST", "/pulls":
                return _if(rights, {"pulls"}, lambda: _pull(repository, body))
            case _:
                return refuse(404, "Not Found")


def refuse(status: int, message: str) -> web.Response:
    return web.json_response({"message": message, "documentation_url": "https://docs.github.com/rest"}, status=status)


def _if(rights: set[str], needed: set[str], answer: Callable[[], web.Response]) -> web.Response:
    if not rights:
        return refuse(401, "Requires authentication")
    return answer() if needed <= rights else refuse(403, "Resource not accessible by personal access token")


def _get(repository: Repository, request: web.Request, rest: str, rights: set[str]) -> web.Response:
    if rest == "":
        permissions = {"permissions": {"pull": True, "push": "push" in rights}} if rights else {}
        return web.json_response(
            {"full_name": repository.name, "private": repository.is_private, "default_branch": repository.default}
            | permissions
        )
    if rest.startswith("/contents/"):
        return _contents(repository, request, rest.removeprefix("/contents/"))
    if rest.startswith("/git/ref/heads/"):
        branch = rest.removeprefix("/git/ref/heads/")
        commit = repository.branches.get(branch)
        found = {"ref": f"refs/heads/{branch}", "object": {"type": "commit", "sha": commit}}
        return web.json_response(found) if commit else refuse(404, "Not Found")
    if rest.startswith("/git/commits/"):
        commit = rest.removeprefix("/git/commits/")
        known = repository.commits.get(commit)
        found = {"sha": commit, "tree": {"sha": known.tree if known else ""}}
        return web.json_response(found) if known else refuse(404, "Not Found")
    if rest.startswith("/pulls"):
        return _pulls(repository, request, rest.removeprefix("/pulls").strip("/"))
    return refuse(404, "Not Found")


def _contents(repository: Repository, request: web.Request, path: str) -> web.Response:
    text = repository.files(request.query.get("ref", "")).get(path)
    if text is None:
        return refuse(404, "Not Found")
    if request.headers.get("Accept") == RAW:
        return web.Response(body=text.encode(), content_type="application/vnd.github.raw+json")
    content = base64.b64encode(text.encode()).decode()
    return web.json_response({"type": "file", "encoding": "base64", "path": path, "content": content})


def _is_wanted(pull: dict[str, Any], request: web.Request) -> bool:
    head, state = request.query.get("head", ""), request.query.get("state", "open")
    return (not head or pull["head"]["label"] == head) and (state == "all" or pull["state"] == state)


def _trees(repository: Repository, body: dict[str, Any], rights: set[str]) -> web.Response:
    if body.keys() != {"base_tree", "tree"} or body["base_tree"] not in repository.trees:
        return refuse(422, "Validation Failed")
    files = dict(repository.trees[body["base_tree"]])
    for entry in body["tree"]:
        if entry.keys() != {"path", "mode", "type", "content"} or (entry["mode"], entry["type"]) != (BLOB, "blob"):
            return refuse(422, "Validation Failed")
        if entry["path"].startswith(".github/workflows/") and "workflows" not in rights:
            return refuse(403, "Resource not accessible by personal access token")
        files[entry["path"]] = entry["content"]
    return web.json_response({"sha": repository.tree(files)}, status=201)


def _commits(repository: Repository, body: dict[str, Any]) -> web.Response:
    known = body.keys() == {"message", "tree", "parents"} and body["tree"] in repository.trees
    if not known or not set(body["parents"]) <= repository.commits.keys():
        return refuse(422, "Validation Failed")
    return web.json_response({"sha": repository.add(body["tree"], body["parents"], body["message"])}, status=201)


def _refs(repository: Repository, body: dict[str, Any]) -> web.Response:
    branch = str(body.get("ref", "")).removeprefix("refs/heads/")
    if body.keys() != {"ref", "sha"} or branch == body["ref"] or body["sha"] not in repository.commits:
        return refuse(422, "Validation Failed")
    if branch in repository.branches:
        return refuse(422, "Reference already exists")
    repository.branches[branch] = body["sha"]
    return web.json_response({"ref": body["ref"], "object": {"type": "commit", "sha": body["sha"]}}, status=201)


def _pulls(repository: Repository, request: web.Request, number: str) -> web.Response:
    """One pull request, or those that are wanted."""
    if not number:
        return web.json_response([one for one in repository.pulls if _is_wanted(one, request)])
    one = next((one for one in repository.pulls if str(one["number"]) == number), None)
    return web.json_response(one) if one else refuse(404, "Not Found")


def _pull(repository: Repository, body: dict[str, Any]) -> web.Response:
    if body.keys() != {"title", "body", "head", "base"} or body["base"] not in repository.branches:
        return refuse(422, "Validation Failed")
    head, owner = body["head"], repository.name.partition("/")[0]
    if head not in repository.branches or repository.branches[head] == repository.branches[body["base"]]:
        return refuse(422, "Validation Failed")
    if any(one["state"] == "open" and one["head"]["ref"] == head for one in repository.pulls):
        return refuse(422, f"A pull request already exists for {owner}:{head}.")
    number = len(repository.pulls) + 1
    pull = {
        "number": number,
        "state": "open",
        "merged_at": None,
        "title": body["title"],
        "body": body["body"],
        "head": {"ref": head, "label": f"{owner}:{head}"},
        "base": {"ref": body["base"]},
        "html_url": f"https://github.com/{repository.name}/pull/{number}",
    }
    repository.pulls.append(pull)
    return web.json_response(pull, status=201)
