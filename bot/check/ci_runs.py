"""The CI runs that an image's provenance names, asked of the code host where a rule of the policy reads them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.attestations.provenance import Provenance
from bot.attestations.repository import clean
from bot.attestations.workflow_run import attempt_of, named_build
from bot.check.audit.eras import built_on, day_of
from bot.check.code_host import reads
from bot.check.workflow import is_our_repository, is_ours
from bot.errors import SourceError, SourceNotFoundError, SourceUnavailableError
from bot.evidence import CiRun, Evidence
from bot.policy import Policy
from bot.rules import CodeHostPart
from bot.rules.decisive import decisive
from bot.rules.image_revision_mismatch import same_revision
from bot.unreadable import UnknownReason, Unreadable, not_answered, over_limit
from bot.values import replace
from bot.workflows.address import workflow_of
from bot.workflows.github_runs import named_run

if TYPE_CHECKING:
    from bot.workflows.hosts import CodeHosts

SECONDS: Final = 15.0
"""For all requests about one image."""

BUILDS_MAX: Final = 4
"""Runs that are asked for one image; its platforms are built by one run, or by one each."""

KEPT: Final = timedelta(days=400)
"""GitHub deletes runs that are older."""

OF_PULL_REQUESTS: Final = frozenset(
    {"pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment", "merge_group"}
)
"""Events whose run names the head of a branch, and whose build is of a merge with another one."""

Told = CiRun | Unreadable | None


async def ci_runs(
    evidence: Evidence, policy: Policy, hosts: "CodeHosts | None", now: date | None = None
) -> tuple[tuple[str, Told], ...] | None:
    """Each build that a statement names, and what the code host says of it; None where nobody is asked.

    Raises nothing.
    """
    if hosts is None or evidence.image.layout or not reads(policy, CodeHostPart.CI_RUN):
        return None
    named = dict(sorted(_named(evidence, hosts), key=_attempt))  # of several attempts, the last
    today = now or datetime.now(UTC).date()
    asked = list(named.items())[:BUILDS_MAX]
    try:
        async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
            tasks = [group.create_task(_ask(one, evidence, policy, hosts, today)) for _, one in asked]
        told: list[Told] = [task.result() for task in tasks]
    except TimeoutError:
        late = Unreadable(f"the CI run: no answer within {SECONDS:.0f} s", UnknownReason.CODE_HOST, passing=True)
        told = [late for _ in asked]
    rest = over_limit(f"the provenance names {len(named)} runs, and {BUILDS_MAX} were asked for (BUILDS_MAX)")
    answers = [(key, one) for (key, _), one in zip(asked, told, strict=True)]
    return (*answers, *((key, rest) for key in list(named)[BUILDS_MAX:]))


def _attempt(named: tuple[str, Provenance]) -> int:
    return attempt_of(named[1].run)


def _named(evidence: Evidence, hosts: "CodeHosts") -> Iterator[tuple[str, Provenance]]:
    """Builds that are on that server: by the run, else by the workflow file."""
    for platform in evidence.platforms:
        for one in decisive(platform):
            key = named_build(one)
            is_there = named_run(one.run, hosts.server) if one.run else workflow_of(one, server=hosts.server)
            if key and is_there:
                yield key, one


async def _ask(one: Provenance, evidence: Evidence, policy: Policy, hosts: "CodeHosts", today: date) -> Told:
    try:
        found = await (_run(one, policy, hosts) if one.run else _file(one, policy, hosts))
    except SourceError as error:
        return not_answered("the CI run could not be asked for", error, UnknownReason.CODE_HOST)
    built = day_of(one.finished_on or one.started_on) or built_on(evidence)  # each platform may be of another year
    if found is None and one.run and (built is None or today - built > KEPT):
        why = f"{one.run} is not there, and may have been: GitHub keeps runs for {KEPT.days} days"
        return Unreadable(why, UnknownReason.CODE_HOST)
    return found


async def _run(one: Provenance, policy: Policy, hosts: "CodeHosts") -> CiRun | None:
    named = named_run(one.run, hosts.server)
    runs = hosts.runs(is_ours=named is not None and is_our_repository(named.repository, policy, server=hosts.server))
    if named is None or runs is None:
        raise SourceUnavailableError(f"{one.run}: no code host was asked")
    found = await runs.of(named)
    if found is None:
        return None
    commit = "" if found.event in OF_PULL_REQUESTS else found.commit
    source = f"{hosts.server.rstrip('/')}/{named.repository}"
    told = CiRun(source, commit, found.path, found.attempts, found.event)
    tags = hosts.tags(is_ours=is_our_repository(named.repository, policy, server=hosts.server))
    if tags is None or not commit or same_revision(one.revision, commit) or clean(one.source).lower() != source.lower():
        return told
    is_tag = await tags.peeled(named.repository, one.revision.lower()) == commit
    return replace(told, git_tag=one.revision.lower()) if is_tag else told


async def _file(one: Provenance, policy: Policy, hosts: "CodeHosts") -> CiRun | None:
    """A statement without a run names the file alone."""
    file = workflow_of(one, server=hosts.server)
    runs = hosts.runs(is_ours=file is not None and is_ours(file, policy))
    if file is None or runs is None:
        raise SourceUnavailableError(f"{one.workflow}: no code host was asked")
    try:
        await hosts.reader(is_ours=is_ours(file, policy)).read(file)
    except SourceNotFoundError:
        await runs.require_public(file.in_repository)
        return None
    return CiRun(one.source, workflow=one.workflow)
