"""Where a workflow file is: repository, path and revision, from words that somebody claims.

What names the file is a claim from a statement, or a line of the policy: it is only ever put behind the address of the
code host that the operator set, part by part, each by a narrow pattern.
https://docs.github.com/en/rest/repos/contents
"""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct

if TYPE_CHECKING:
    from bot.attestations.provenance import Provenance

SERVER = "https://github.com"
API = "https://api.github.com"
NEWEST = "HEAD"
"""The default branch's newest commit, for pages and API alike."""

_NAME = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,100}")
_PATH = re.compile(r"\.github/workflows/[A-Za-z0-9._ -]{1,200}\.ya?ml")
_REVISION = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,200}")


class Repository(Struct, frozen=True):
    """A repository of the code host; both parts passed a narrow pattern."""

    owner: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"


def repository_of(source: str, *, server: str = SERVER) -> Repository | None:
    """The repository that a URL names, e.g. https://github.com/acme/app; None when it names none on that server."""
    base = f"{server.rstrip('/')}/"
    parts = source.removeprefix(base).strip("/").removesuffix(".git").split("/")
    if not source.startswith(base) or len(parts) != 2 or not all(map(_NAME.fullmatch, parts)):  # noqa: PLR2004
        return None
    return Repository(*parts)


class WorkflowFile(Struct, frozen=True):
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

    @property
    def in_repository(self) -> Repository:
        """The repository that holds it."""
        return Repository(self.owner, self.repository)

    def contents(self, api: str = API) -> str:
        """Where the contents API has it."""
        where = f"repos/{self.owner}/{self.repository}/contents/{quote(self.path)}"
        return f"{api.rstrip('/')}/{where}?ref={quote(self.revision, safe='')}"

    def beside(self, path: str) -> "WorkflowFile":
        """Another file of the same repository at the same revision."""
        return WorkflowFile(self.owner, self.repository, path, self.revision, self.server)


def workflow_file(source: str, path: str, revision: str, *, server: str = SERVER) -> WorkflowFile | None:
    """The file that these words name, or None when they name none on that server.

    `source` is a repository's URL, e.g. https://github.com/acme/app; `path` e.g. .github/workflows/build.yml.
    """
    found = repository_of(source, server=server)
    if found is None or not _PATH.fullmatch(path) or not _REVISION.fullmatch(revision):
        return None
    return WorkflowFile(found.owner, found.name, path, revision, server.rstrip("/"))


def read_address(text: str, *, server: str = SERVER) -> WorkflowFile | None:
    """A file as a certificate's identity names it: SERVER/OWNER/REPOSITORY/.github/workflows/FILE@REVISION.

    Without a revision the newest of the default branch is meant. None when it names none on that server.
    """
    place, _, revision = text.partition("@")
    source, marker, name = place.partition("/.github/workflows/")
    return workflow_file(source, f"{marker}{name}".lstrip("/"), revision or NEWEST, server=server)


def workflow_of(provenance: "Provenance", *, server: str = SERVER) -> WorkflowFile | None:
    """The workflow that a statement names, at its revision; None when it does not tell, or names another server."""
    revision = provenance.revision.removesuffix("-dirty") or provenance.ref
    return workflow_file(provenance.source, provenance.workflow, revision, server=server)
