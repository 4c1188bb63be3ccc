"""Repositories of which a code host tells nothing: there is no attestation, or we may not see the repository.

GitHub answers 404 for both. Which of the two it is, is asked where the policy names the repository, or the provenance
says that it is private; anybody may write another one into a label.
"""

from typing import TYPE_CHECKING

from bot.attestations.provenance import Provenance
from bot.attestations.repository import clean
from bot.check.workflow import is_our_repository
from bot.errors import SourceError, SourceUnavailableError
from bot.evidence import Evidence
from bot.policy import Policy
from bot.unreadable import UnknownReason, Unreadable
from bot.workflows.address import Repository, repository_of

if TYPE_CHECKING:
    from bot.workflows.attestations_api import AttestationsApi


async def why_hidden(
    api: "AttestationsApi", repository: Repository, evidence: Evidence, policy: Policy, server: str
) -> tuple[Unreadable, ...]:
    """Why nobody knows what that repository holds, which answered 404. Raises nothing."""
    if not _is_doubted(repository, evidence, policy, server):
        return ()
    try:
        if await api.sees(repository):
            return ()
    except SourceError as error:
        return (not_answered(error),)
    why = f"{repository} is private or not there, and PROVENANCE_GITHUB_TOKEN does not show it"
    return (Unreadable(f"GitHub's attestations API: {why}", UnknownReason.UNSEARCHED),)


def not_answered(error: SourceError) -> Unreadable:
    """That failure, for the report."""
    is_passing = isinstance(error, SourceUnavailableError)
    retry_at = error.retry_at if isinstance(error, SourceUnavailableError) else None
    reason = f"GitHub's attestations API: {error}"
    return Unreadable(reason, UnknownReason.UNSEARCHED, passing=is_passing, retry_at=retry_at)


def _is_doubted(repository: Repository, evidence: Evidence, policy: Policy, server: str) -> bool:
    """Whether it may well be there without being seen."""
    told = (one for platform in evidence.platforms for one in (platform.provenance, *platform.provenances))
    private = (one.source for one in told if isinstance(one, Provenance) and one.repository_private)
    return is_our_repository(repository, policy, server=server) or any(
        repository_of(clean(source), server=server) == repository for source in private
    )
