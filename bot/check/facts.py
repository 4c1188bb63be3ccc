"""What rules read of the code host besides attestations: the version's Git tag, the CI runs. Asked all at once."""

import asyncio
from typing import TYPE_CHECKING

from bot.check.code_host import reads, with_attestations
from bot.check.git_tag import git_tag, source_in
from bot.evidence import CiRun, Evidence
from bot.policy import Policy
from bot.rules import CodeHostPart
from bot.unreadable import Unreadable
from bot.values import replace
from bot.workflows.address import SERVER

if TYPE_CHECKING:
    from bot.signatures.stored import BundleJudge
    from bot.workflows.hosts import CodeHosts


async def with_code_host(
    evidence: Evidence, policy: Policy, hosts: "CodeHosts | None", judge: "BundleJudge"
) -> Evidence:
    """The evidence with the code host's attestations, and beside them with the facts. Raises nothing.

    Where only an attestation of the code host names the source, the facts are asked for after it was read.
    """
    if source_in(evidence, hosts.server if hosts else SERVER) is None:
        return await with_facts(await with_attestations(evidence, policy, hosts, judge), policy, hosts)
    found, told = await asyncio.gather(
        with_attestations(evidence, policy, hosts, judge), with_facts(evidence, policy, hosts)
    )
    return replace(found, git_tag=told.git_tag, ci_runs=told.ci_runs)


async def with_facts(evidence: Evidence, policy: Policy, hosts: "CodeHosts | None") -> Evidence:
    """The evidence with the Git tag of its version and the runs that its provenance names. Raises nothing."""
    tag, runs = await asyncio.gather(git_tag(evidence, policy, hosts), _runs(evidence, policy, hosts))
    return replace(evidence, git_tag=tag, ci_runs=runs)


async def _runs(
    evidence: Evidence, policy: Policy, hosts: "CodeHosts | None"
) -> tuple[tuple[str, CiRun | Unreadable | None], ...] | None:
    if hosts is None or not reads(policy, CodeHostPart.CI_RUN):
        return None
    from bot.check.ci_runs import ci_runs  # noqa: PLC0415 - the built-in policy has no rule that reads them

    return await ci_runs(evidence, policy, hosts)
