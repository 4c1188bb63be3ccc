"""From an image to its workflow: the file is fetched and looked at, and what it uses of its own repository, too.

Where the file is says `address.py`. Fetching goes through a small port; `github_api.py` is the one over HTTP.
"""

import re
from asyncio import to_thread

from msgspec import Struct

from bot.errors import MalformedError, SourceNotFoundError
from bot.workflows.address import WorkflowFile
from bot.workflows.code_host import CodeHost
from bot.workflows.find import lint_text
from bot.workflows.model import CiFile
from bot.workflows.readers import read_file
from bot.workflows.rules import Follow, LintFinding
from bot.workflows.surroundings import ALONE, Surroundings
from bot.workflows.text import SourceText

USED_MAX = 10
"""Files that a workflow uses and that are fetched with it."""

_LOCAL = re.compile(r"\./((?:[A-Za-z0-9_.-]+/)*[A-Za-z0-9_.-]+)")


class Looked(Struct, frozen=True):
    """A workflow that was fetched and read; `content` is what it does. `follow` and `around` are for `find.diff`."""

    file: WorkflowFile
    text: str
    findings: tuple[LintFinding, ...]
    follow: Follow
    content: CiFile
    around: Surroundings = ALONE


async def look(file: WorkflowFile, host: CodeHost, registry: str = "") -> tuple[Looked, ...]:
    """Fetch a workflow and what it uses of its own repository, and say what is wrong with each.

    `registry` has the image that is asked about: what is pushed there is published, also if it is on this machine.
    A statement names the workflow that was started; the build often stands in one that it calls.
    Raises SourceError when the workflow cannot be had, MalformedError when it cannot be read.
    """
    around = Surroundings(published=frozenset(filter(None, [registry])))
    workflow = await to_thread(read_file, SourceText(file.path, await host.read(file), around.published))
    used: dict[str, CiFile | None] = {}
    for path in _uses(workflow)[:USED_MAX]:
        used[path] = await _read_used(file, path, host, around)
    read = {one.source.name: one for one in (workflow, *used.values()) if one}
    return tuple([await to_thread(_look_at, file.beside(name), one, used.get, around) for name, one in read.items()])


def _look_at(file: WorkflowFile, read: CiFile, follow: Follow, around: Surroundings) -> Looked:
    text = read.source.text
    return Looked(file, text, tuple(lint_text(file.path, text, follow, around)), follow, read, around)


def _uses(workflow: CiFile) -> list[str]:
    every = [uses for job in workflow.jobs for uses in (job.calls, *(step.local for step in job.steps))]
    return list(dict.fromkeys(uses for uses in every if _LOCAL.fullmatch(uses) and ".." not in uses))


async def _read_used(file: WorkflowFile, uses: str, host: CodeHost, around: Surroundings) -> CiFile | None:
    """The file that `uses: ./…` means; None when it cannot be had or read: then it may do anything."""
    path = uses.removeprefix("./")
    for candidate in (path,) if path.endswith((".yml", ".yaml")) else (f"{path}/action.yml", f"{path}/action.yaml"):
        try:
            text = await host.read(file.beside(candidate))
            return await to_thread(read_file, SourceText(candidate, text, around.published))
        except (SourceNotFoundError, MalformedError):
            continue
    return None
