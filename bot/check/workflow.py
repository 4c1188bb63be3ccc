"""The workflow that built the image: which file it is, and what became of looking at it.

A statement names it, or the policy does. Looking never fails a check: what kept us from it is said in the report.
"""

import asyncio
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.attestations.provenance import Provenance
from bot.attestations.repository import REVISION_LABEL, SOURCE_LABEL, clean
from bot.errors import MalformedError, SourceError
from bot.evidence import Evidence, ImageConfig
from bot.policy import Policy
from bot.report import WorkflowSummary
from bot.rules.patterns import is_listed
from bot.values import Hiding
from bot.workflows.address import NEWEST, SERVER, Repository, WorkflowFile, read_address, workflow_file, workflow_of

if TYPE_CHECKING:  # heavy, and only wanted when a file is read
    from bot.workflows.hosts import CodeHosts
    from bot.workflows.source import Looked

log = logging.getLogger(__name__)

SECONDS: Final = 20.0
"""For a workflow and all the files that it uses."""


class Seen(Hiding, Struct, frozen=True):
    """A workflow file, and what was found in it and in those that it uses; `reason` when it could not be read."""

    HIDDEN = frozenset({"looked"})

    file: WorkflowFile
    looked: "tuple[Looked, ...]" = ()
    reason: str = ""

    def summary(self) -> WorkflowSummary:
        """For the report."""
        file = self.file
        return WorkflowSummary(
            repository=f"{file.owner}/{file.repository}",
            path=file.path,
            revision=file.revision,
            url=file.page,
            state="unreadable" if self.reason else "read" if self.looked else "named",
            reason=self.reason,
        )


def workflow_named(evidence: Evidence, policy: Policy, *, server: str = SERVER) -> WorkflowFile | None:
    """The file that the provenance names at the revision that was built; else the one that the policy names."""
    for platform in evidence.platforms:
        if isinstance(platform.provenance, Provenance) and (file := workflow_of(platform.provenance, server=server)):
            return file
    file = read_address(policy.workflow, server=server) if policy.workflow else None
    if file is None or file.revision != NEWEST:
        return file
    source = f"{file.server}/{file.owner}/{file.repository}"
    built = next((revision for named, revision in _sources(evidence) if named == source), "")
    return workflow_file(source, file.path, built, server=server) or file


def is_ours(file: WorkflowFile, policy: Policy) -> bool:
    """Whether the policy names the file's repository, so that our token may be used for it.

    What a statement names alone is a stranger's word: it could name any repository that the token opens.
    """
    return is_our_repository(Repository(file.owner, file.repository), policy, server=file.server)


def is_our_repository(repository: Repository, policy: Policy, *, server: str = SERVER) -> bool:
    """Whether the policy names that repository, by its workflow or among the sources."""
    named = read_address(policy.workflow, server=server) if policy.workflow else None
    of_policy = named is not None and Repository(named.owner, named.repository) == repository
    return of_policy or is_listed(f"{server}/{repository}", policy.expected.sources)


def named(evidence: Evidence, policy: Policy, *, server: str = SERVER) -> Seen | None:
    """The workflow that built the image, which nobody has looked at yet."""
    file = workflow_named(evidence, policy, server=server)
    return Seen(file) if file else None


async def see(file: WorkflowFile, policy: Policy, hosts: "CodeHosts", registry: str = "") -> Seen:
    """Fetch the file and look at it, for an image in that registry. Raises nothing."""
    from bot.workflows.source import look  # noqa: PLC0415 - heavy

    try:
        async with asyncio.timeout(SECONDS):
            return Seen(file, await look(file, hosts.reader(is_ours=is_ours(file, policy)), registry))
    except (SourceError, MalformedError) as error:
        return Seen(file, reason=str(error))
    except TimeoutError:
        return Seen(file, reason=f"{file.path}: no answer within {SECONDS:.0f} s")
    except Exception:  # a stranger's file; whatever our linter cannot handle in it, the check goes on
        log.exception("a workflow of %s/%s could not be looked at", file.owner, file.repository)
        return Seen(file, reason=f"{file.path}: something went wrong on our side while reading it")


def _sources(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Repositories and revisions that provenance and labels name."""
    for platform in evidence.platforms:
        if isinstance(platform.provenance, Provenance):
            yield platform.provenance.source, platform.provenance.revision.removesuffix("-dirty")
        if isinstance(platform.config, ImageConfig):
            labels = dict(platform.config.labels)
            yield clean(labels.get(SOURCE_LABEL, "")), labels.get(REVISION_LABEL, "")
