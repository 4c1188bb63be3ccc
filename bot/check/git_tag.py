"""The Git tag of an image's version, asked of the code host of its source where a rule of the policy reads it."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from bot.attestations.provenance import Provenance
from bot.attestations.repository import clean
from bot.check.code_host import reads
from bot.check.workflow import is_our_repository
from bot.errors import SourceError, SourceNotFoundError
from bot.evidence import Evidence, GitTag, NotAsked
from bot.policy import Policy
from bot.rules import CodeHostPart
from bot.rules.decisive import decisive, names_commit
from bot.rules.image_revision_mismatch import same_revision
from bot.unreadable import UnknownReason, Unreadable, not_answered
from bot.values import replace
from bot.workflows.address import SERVER, Repository, repository_of

if TYPE_CHECKING:
    from bot.workflows.github_tags import GitTags
    from bot.workflows.hosts import CodeHosts

SECONDS: Final = 15.0
"""For all requests about one image."""

GIT_TAG: Final = "refs/tags/"


def source_in(evidence: Evidence, server: str = SERVER) -> Repository | None:
    """The first repository on that server of which a provenance names the commit."""
    return next((found for one in _naming(evidence) if (found := _repository(one, server))), None)


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
        is_there = any(_repository(one, hosts.server) for one in _told(evidence))
        return NotAsked("the provenance itself does not name the commit of its sources") if is_there else None
    names = _names(evidence, policy)
    if isinstance(names, NotAsked):
        return names
    try:
        async with asyncio.timeout(SECONDS):
            commits = await tags.commits(repository, names)
            own = [one for one in _naming(evidence) if _is_of(one, repository, hosts.server)]
            revisions = dict.fromkeys(one.revision.lower() for one in own)
            strange = [one for one in revisions if not _names_all(one, commits)]
            peeled = [(one, commit) for one in strange if (commit := await tags.peeled(repository, one))]
            is_other = not all(_names_all(dict(peeled).get(one, one), commits) for one in strange)
            others = await _others(evidence, policy, tags, repository, own, names) if is_other else {}
    except SourceError as error:
        return _not_answered(error)
    except TimeoutError:
        return Unreadable(f"the Git tag: no answer within {SECONDS:.0f} s", UnknownReason.CODE_HOST, passing=True)
    source = f"{hosts.server.rstrip('/')}/{repository}"
    return GitTag(source, names, tuple(commits.items()), tuple(peeled), tuple(others.items()))


def _names_all(revision: str, commits: Mapping[str, str]) -> bool:
    return all(same_revision(revision, commit) for commit in commits.values())


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


async def _others(  # noqa: PLR0913, PLR0917 - all that decides it
    evidence: Evidence,
    policy: Policy,
    tags: "GitTags",
    repository: Repository,
    own: Iterable[Provenance],
    names: tuple[str, ...],
) -> dict[str, str]:
    """Git tags that may be the version's by another spelling, asked for where the usual ones name another commit.

    In a repository of many components, v1.2.3 may be that of another one. None where the policy says how Git tags are
    written, or where the provenance says that it was built from the usual one.
    """
    from bot.releases.git_tag import component_tags, may_name  # noqa: PLC0415 - only where a code host is asked

    built = {one.ref.removeprefix(GIT_TAG) for one in own if one.ref.startswith(GIT_TAG)}
    if policy.expected.git_tag or (built and built <= set(names)):
        return {}
    version = names[-1]
    component = evidence.image.repository.rpartition("/")[2]
    asked = [one for one in (*sorted(built), evidence.image.tag) if one not in names and may_name(one, version)]
    if not asked and component.lower() != repository.name.lower():
        asked = list(component_tags(component, version))
    known = {**tags.known(repository), **await tags.commits(repository, asked)}
    return {name: commit for name, commit in known.items() if name not in names and may_name(name, version)}


def _naming(evidence: Evidence) -> Iterator[Provenance]:
    """Statements that are judged, and name the commit of their sources themselves."""
    return filter(names_commit, _told(evidence))


def _told(evidence: Evidence) -> Iterator[Provenance]:
    return (one for platform in evidence.platforms for one in decisive(platform))


def _is_of(provenance: Provenance, repository: Repository, server: str) -> bool:
    """GitHub takes names without regard to case."""
    return str(_repository(provenance, server)).lower() == str(repository).lower()


def _repository(provenance: Provenance, server: str) -> Repository | None:
    return repository_of(clean(provenance.source), server=server)


def _not_answered(error: SourceError) -> Unreadable:
    found = not_answered("the Git tag could not be asked for", error, UnknownReason.CODE_HOST)
    if not isinstance(error, SourceNotFoundError):
        return found
    hint = "PROVENANCE_GITHUB_TOKEN reads private repositories that the policy names"
    return replace(found, reason=f"{found.reason}; {hint}")
