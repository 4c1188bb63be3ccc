"""From a report to a change of the workflow: what a pull request would hold, and opening it once.

The change is made for the file as it is on the default branch now, not as it was when the image was built; its
branch is named after its content, so that the same change is the same pull request, however often somebody asks.
"""

import asyncio
import hashlib
import json
import re
from typing import Final

from msgspec import Struct

from bot.check.lines import why_not_shown
from bot.check.workflow import is_ours
from bot.errors import UsageError
from bot.policy import Policy
from bot.report import Report
from bot.values import replace
from bot.workflows.address import WorkflowFile, workflow_file
from bot.workflows.diff import unified
from bot.workflows.find import explains, fixed_text
from bot.workflows.hosts import CodeHosts
from bot.workflows.pull_requests import Base, Proposal, PullRequest
from bot.workflows.source import Looked, look

NAME_MAX: Final = 80
"""Characters of a person's name in a pull request."""

NO_WORKFLOW = "I do not know which workflow builds it: its provenance does not say, and the policy names none."
NOT_OURS = "The policy does not name that repository: list it under `sources`, or name the workflow."
NO_TOKEN = "I have no token for GitHub (PROVENANCE_GITHUB_TOKEN), so I can show a change, but not propose it."  # noqa: S105
NOTHING = "In the newest version of that workflow there is nothing that I can fix for the rules that fail."


class WorkflowFix(Struct, frozen=True):
    """A change that nobody has made yet; `diff` is all of it, "" when it is not shown, and then `reason` says why."""

    proposal: Proposal
    diff: str
    reason: str
    rules: tuple[str, ...]  # of the image, which fail and are fixed


def workflow_in(report: Report, server: str) -> WorkflowFile:
    """The file that built the image. Raises UsageError when the report names none."""
    told = report.workflow
    file = workflow_file(f"{server}/{told.repository}", told.path, told.revision, server=server) if told else None
    if file is None:
        raise UsageError(NO_WORKFLOW)
    return file


async def prepare(report: Report, policy: Policy, hosts: CodeHosts) -> WorkflowFix:
    """What would be changed. Raises UsageError when there is nothing to be done, SourceError, MalformedError."""
    file = workflow_in(report, hosts.server)
    if not is_ours(file, policy):
        raise UsageError(NOT_OURS)
    if hosts.pull_requests is None:
        raise UsageError(NO_TOKEN)
    base = await hosts.pull_requests.base(file.owner, file.repository)
    looked = await look(replace(file, revision=base.commit), hosts.own, report.image.partition("/")[0])
    failing = frozenset(result.rule for result in report.failing())
    return await asyncio.to_thread(_fix, report, file, base, looked, failing)


def in_name_of(fix: WorkflowFix, person: str) -> WorkflowFix:
    """The same with the person who asked for it in its text: as code, so that it mentions nobody at the code host."""
    name = re.sub(r"[^A-Za-z0-9 ._-]+", "", person)[:NAME_MAX].strip()
    if not name:
        return fix
    body = f"{fix.proposal.body}\nProposed from Slack by `{name}`.\n"
    return replace(fix, proposal=replace(fix.proposal, body=body))


async def open_pull_request(fix: WorkflowFix, hosts: CodeHosts) -> PullRequest:
    """The one pull request of that change. Raises UsageError, SourceError."""
    if hosts.pull_requests is None:
        raise UsageError(NO_TOKEN)
    return await hosts.pull_requests.open(fix.proposal)


def _fix(
    report: Report, file: WorkflowFile, base: Base, looked: tuple[Looked, ...], failing: frozenset[str]
) -> WorkflowFix:
    files: list[tuple[str, str]] = []
    diffs: list[str] = []
    rules: set[str] = set()
    for one in looked:
        found = [finding for finding in one.findings if finding.fix and explains(finding) & failing]
        after = fixed_text(one.file.path, one.text, found, one.follow, one.around)
        if after != one.text:
            files.append((one.file.path, after))
            diffs.append(unified(one.file.path, one.text, after))
            rules |= {rule for finding in found for rule in explains(finding) & failing}
    if not files:
        raise UsageError(NOTHING)
    named = tuple(sorted(rules))
    proposal = Proposal(
        owner=file.owner,
        repository=file.repository,
        base=base,
        branch=_branch(files),
        title=f"Attest what {file.path.rpartition('/')[2]} builds",
        body=_body(report, named, [path for path, _ in files]),
        files=tuple(files),
    )
    diff = "".join(diffs)
    reason = why_not_shown(diff)
    return WorkflowFix(proposal, "" if reason else diff, reason, named)


def _branch(files: list[tuple[str, str]]) -> str:
    return f"provenance/attest-{hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12]}"


def _body(report: Report, rules: tuple[str, ...], paths: list[str]) -> str:
    """Markdown. Names are in code spans, and none of them can hold a backtick: they passed narrow patterns."""
    failing = "\n".join(f"- `{rule}`" for rule in rules)
    changed = ", ".join(f"`{path}`" for path in paths)
    return (
        f"`{report.image}` at `{report.digest}` fails:\n\n{failing}\n\n"
        f"This changes what {changed} asks for, and nothing else in it. To see that it worked, build, push, and then:"
        "\n\n"
        f"```sh\nprovenance check {report.image}\n```\n"
    )
