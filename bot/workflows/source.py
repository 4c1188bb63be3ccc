"""From an image to its workflow: which file of which repository at which revision, and what is wrong with it.

What names the file is a claim from a statement: it is only ever put behind the address of the code host that the
operator set. Fetching goes through a small port; `github_api.py` is the one over HTTP.
https://docs.github.com/en/rest/repos/contents
"""

import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlsplit

from bot.attestations.provenance import Provenance
from bot.errors import MalformedError, SourceNotFoundError
from bot.workflows.find import lint_text
from bot.workflows.model import CiFile
from bot.workflows.readers import read_file
from bot.workflows.rules import Finding, Follow
from bot.workflows.text import SourceText

SERVER = "https://github.com"
API = "https://api.github.com"
USED_MAX = 10
"""Files that a workflow uses and that are fetched with it."""

_NAME = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,100}")
_PATH = re.compile(r"\.github/workflows/[A-Za-z0-9._ -]{1,200}\.ya?ml")
_LOCAL = re.compile(r"\./((?:[A-Za-z0-9_.-]+/)*[A-Za-z0-9_.-]+)")
_REVISION = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,200}")


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """A file of a repository at a revision (a commit, or a branch or tag where no commit is known)."""

    owner: str
    repository: str
    path: str
    revision: str
    server: str = SERVER

    @property
    def page(self) -> str:
        """Where a person reads it."""
        return f"{self.server}/{self.owner}/{self.repository}/blob/{quote(self.revision)}/{quote(self.path)}"

    def contents(self, api: str = API) -> str:
        """Where the contents API has it."""
        where = f"repos/{self.owner}/{self.repository}/contents/{quote(self.path)}"
        return f"{api.rstrip('/')}/{where}?ref={quote(self.revision, safe='')}"

    def beside(self, path: str) -> "WorkflowFile":
        """Another file of the same repository at the same revision."""
        return WorkflowFile(self.owner, self.repository, path, self.revision, self.server)


class CodeHost(Protocol):
    """A code host, as far as we need one. `github_api.GitHub` is one."""

    async def read(self, file: WorkflowFile) -> str:
        """A file's text. Raises SourceError."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A workflow that was fetched and looked at. `follow` is for `find.diff`."""

    file: WorkflowFile
    text: str
    findings: tuple[Finding, ...]
    follow: Follow


def workflow_file(source: str, path: str, revision: str, *, server: str = SERVER) -> WorkflowFile | None:
    """The file that these words name, or None when they name none on that server.

    `source` is a repository's URL, e.g. https://github.com/acme/app; `path` e.g. .github/workflows/build.yml.
    """
    host, parts = urlsplit(source), urlsplit(source).path.strip("/").removesuffix(".git").split("/")
    if f"{host.scheme}://{host.netloc}" != server.rstrip("/") or len(parts) != 2:  # noqa: PLR2004 - owner, repository
        return None
    owner, repository = parts
    if not all(map(_NAME.fullmatch, parts)) or not _PATH.fullmatch(path) or not _REVISION.fullmatch(revision):
        return None
    return WorkflowFile(owner, repository, path, revision, server.rstrip("/"))


def workflow_of(provenance: Provenance, *, server: str = SERVER) -> WorkflowFile | None:
    """The workflow that a statement names, at its revision; None when it does not tell, or names another server."""
    revision = provenance.revision.removesuffix("-dirty") or provenance.ref
    return workflow_file(provenance.source, provenance.workflow, revision, server=server)


async def look(file: WorkflowFile, host: CodeHost) -> tuple[Looked, ...]:
    """Fetch a workflow and what it uses of its own repository, and say what is wrong with each.

    A statement names the workflow that was started; the build often stands in one that it calls.
    Raises SourceError when the workflow cannot be had, MalformedError when it cannot be read.
    """
    workflow = read_file(SourceText(file.path, await host.read(file)))
    used: dict[str, CiFile | None] = {}
    for path in _uses(workflow)[:USED_MAX]:
        used[path] = await _read_used(file, path, host)
    found = [_look_at(file.beside(one.source.name), one, used.get) for one in (workflow, *used.values()) if one]
    return tuple({one.file.path: one for one in found}.values())


def _look_at(file: WorkflowFile, read: CiFile, follow: Follow) -> Looked:
    text = read.source.text
    return Looked(file, text, tuple(lint_text(file.path, text, follow)), follow)


def _uses(workflow: CiFile) -> list[str]:
    every = [uses for job in workflow.jobs for uses in (job.calls, *(step.local for step in job.steps))]
    return list(dict.fromkeys(uses for uses in every if _LOCAL.fullmatch(uses) and ".." not in uses))


async def _read_used(file: WorkflowFile, uses: str, host: CodeHost) -> CiFile | None:
    """The file that `uses: ./…` means; None when it cannot be had or read: then it may do anything."""
    path = uses.removeprefix("./")
    for candidate in (path,) if path.endswith((".yml", ".yaml")) else (f"{path}/action.yml", f"{path}/action.yaml"):
        try:
            return read_file(SourceText(candidate, await host.read(file.beside(candidate))))
        except (SourceNotFoundError, MalformedError):
            continue
    return None
