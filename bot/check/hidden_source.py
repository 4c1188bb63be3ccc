"""Repositories for which a code host lists no attestation: none is there, or we may not see the repository.

GitHub answers 404 in both cases. We ask which one it is where the policy names the repository, or the provenance says
that it is private. A label does not count: anybody may write any repository into it.
"""

from typing import TYPE_CHECKING

from bot.attestations.provenance import Provenance
from bot.attestations.repository import clean
from bot.check.code_host import ATTESTATIONS_API
from bot.check.workflow import is_our_repository
from bot.errors import SourceError, SourceNotFoundError
from bot.evidence import Evidence
from bot.policy import Policy
from bot.unreadable import UnknownReason, Unreadable, not_answered
from bot.workflows.address import Repository, repository_of

if TYPE_CHECKING:
    from bot.workflows.attestations_api import AttestationsApi
    from bot.workflows.github_runs import WorkflowRuns


async def why_hidden(
    api: "AttestationsApi", repository: Repository, evidence: Evidence, policy: Policy, server: str
) -> tuple[Unreadable, ...]:
    """Why the 404 of that repository does not mean that it holds no attestation; empty if it does. Raises nothing."""
    return await not_shown(api, repository, policy, server) if is_doubted(repository, evidence, policy, server) else ()


async def not_shown(
    api: "AttestationsApi", repository: Repository, policy: Policy, server: str
) -> tuple[Unreadable, ...]:
    """Why that repository is not shown to us; empty if it is. Raises nothing."""
    try:
        if await api.sees(repository):
            return ()
    except SourceError as error:
        return (not_answered(ATTESTATIONS_API, error, UnknownReason.UNSEARCHED),)
    why = f"{repository} is private or not there, and {_why_not_with_token(repository, policy, server)}"
    return (Unreadable(f"{ATTESTATIONS_API}: {why}", UnknownReason.UNSEARCHED),)


async def not_public(
    runs: "WorkflowRuns", repository: Repository, policy: Policy, server: str
) -> tuple[Unreadable, ...]:
    """Why a 404 of that repository may be a lack of rights; empty if everybody sees it. Raises nothing.

    A token that may see a private repository need not be one that may read its attestations.
    """
    try:
        await runs.require_public(repository)
    except SourceNotFoundError:
        is_ours = is_our_repository(repository, policy, server=server)
        right = "PROVENANCE_GITHUB_TOKEN is empty or may not read its attestations"
        why = right if is_ours else _why_not_with_token(repository, policy, server)
        told = f"{ATTESTATIONS_API}: {repository} is private or not there, and {why}"
        return (Unreadable(told, UnknownReason.UNSEARCHED),)
    except SourceError as error:
        return (not_answered(ATTESTATIONS_API, error, UnknownReason.UNSEARCHED),)
    return ()


def _why_not_with_token(repository: Repository, policy: Policy, server: str) -> str:
    if is_our_repository(repository, policy, server=server):
        return "PROVENANCE_GITHUB_TOKEN is empty or may not see it"
    return "the policy does not name it, so PROVENANCE_GITHUB_TOKEN is not used for it"


def is_doubted(repository: Repository, evidence: Evidence, policy: Policy, server: str) -> bool:
    """Whether a 404 may hide it."""
    every = (one for platform in evidence.platforms for one in (platform.provenance, *platform.provenances))
    private = (one.source for one in every if isinstance(one, Provenance) and one.repository_private)
    return is_our_repository(repository, policy, server=server) or any(
        repository_of(clean(source), server=server) == repository for source in private
    )
