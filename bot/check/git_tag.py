"""The Git tag of an image's version, asked of the code host of its source where a rule of the policy reads it."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.attestations.provenance import Provenance
from bot.attestations.repository import clean
from bot.check.code_host import reads
from bot.check.workflow import is_our_repository
from bot.errors import SourceError, SourceNotFoundError, SourceUnavailableError
from bot.evidence import Evidence, GitTag, NotAsked
from bot.policy import Policy
from bot.rules import CodeHostPart
from bot.unreadable import UnknownReason, Unreadable
from bot.workflows.address import SERVER, Repository, repository_of

if TYPE_CHECKING:
    from bot.workflows.hosts import CodeHosts

SECONDS: Final = 15.0
"""For all requests about one image."""


def source_in(evidence: Evidence, server: str = SERVER) -> Repository | None:
    """The first repository on that server that a provenance names as its source."""
    return next(_sources(evidence, server), None)


async def git_tag(
    evidence: Evidence, policy: Policy, hosts: "CodeHosts | None"
) -> GitTag | Unreadable | NotAsked | None:
    """What the code host says; None where there is none to ask, or no provenance that could be compared.

    Raises nothing.
    """
    if hosts is None or evidence.image.layout or not reads(policy, CodeHostPart.GIT_TAG):
        return None
    repository = source_in(evidence, hosts.server)
    is_ours = repository is not None and is_our_repository(repository, policy, server=hosts.server)
    tags = hosts.tags(is_ours=is_ours)
    if repository is None or tags is None:
        return None
    names = _names(evidence, policy)
    if isinstance(names, NotAsked):
        return names
    try:
        async with asyncio.timeout(SECONDS):
            commits = await tags.commits(repository, names)
    except SourceError as error:
        return _not_answered(error)
    except TimeoutError:
        return Unreadable(f"the Git tag: no answer within {SECONDS:.0f} s", UnknownReason.CODE_HOST, passing=True)
    return GitTag(f"{hosts.server.rstrip('/')}/{repository}", names, tuple(commits.items()))


def _names(evidence: Evidence, policy: Policy) -> tuple[str, ...] | NotAsked:
    """How the Git tag of the image's version may be called.

    1.2 is pushed with each 1.2.3, and a Git tag 1.2 says nothing about it, unless the policy calls it a release.
    """
    from bot.releases.git_tag import git_tags  # noqa: PLC0415 - only where a code host is asked
    from bot.releases.placing import place  # noqa: PLC0415
    from bot.releases.versions import may_be_short  # noqa: PLC0415
    from bot.workflows.github_tags import may_be_tag  # noqa: PLC0415

    placement = place(evidence.image, policy)
    if placement is None or placement.release.is_rolling:
        return NotAsked("the image's tag does not name a version")
    version = placement.release.version
    if may_be_short(version) and not policy.expected.is_release:
        return NotAsked(f"{version} may be another name of a longer version")
    names = tuple(name for name in git_tags(version, policy.expected.git_tag) if may_be_tag(name))
    return names or NotAsked("the policy's `git_tag` does not say how the Git tag of this version is called")


def _sources(evidence: Evidence, server: str) -> Iterator[Repository]:
    for platform in evidence.platforms:
        if isinstance(platform.provenance, Provenance) and platform.provenance.revision:
            found = repository_of(clean(platform.provenance.source), server=server)
            if found is not None:
                yield found


def _not_answered(error: SourceError) -> Unreadable:
    retry_at = error.retry_at if isinstance(error, SourceUnavailableError) else None
    told = f"the Git tag could not be asked for: {error}"
    if isinstance(error, SourceNotFoundError):
        told += "; PROVENANCE_GITHUB_TOKEN lets private repositories be read that the policy names"
    return Unreadable(
        told, UnknownReason.CODE_HOST, passing=not isinstance(error, SourceNotFoundError), retry_at=retry_at
    )
