"""The heart: gather evidence, judge it, report."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.check.causes import NOTHING, Besides
from bot.check.judging import judge
from bot.check.not_checked import unchecked
from bot.check.workflow import see, workflow_named
from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.policy import Policies, Policy
from bot.report import Report
from bot.signatures.search import SignatureSearch

if TYPE_CHECKING:  # heavy, and only there when a code host is asked
    from bot.workflows.hosts import CodeHosts

__all__ = ["Besides", "check", "judge", "unchecked", "with_workflow"]

_DEFAULT: Final = GatherOptions()


async def check(  # noqa: PLR0913 - each is another part that a check needs
    reference: Reference,
    registry: Registry,
    policies: Policies,
    *,
    options: GatherOptions = _DEFAULT,
    search: SignatureSearch | None = None,
    hosts: "CodeHosts | None" = None,
) -> Report:
    """Look at the image and say what the policy for it makes of that.

    With `hosts` the workflow that built a failing image is read, too: it tells where to mend it.

    Raises RegistryError when not even the image itself could be looked at: then no rule is judged, and `unchecked`
    makes a report that says so.
    """
    evidence = await gather(reference, registry, options, search=search)
    policy, now = policies.for_image(reference), datetime.now(UTC)
    besides = Besides(server=hosts.server) if hosts else NOTHING
    # In a thread: a megabyte of build steps takes a second to be looked through, in which others want to be answered.
    report = await asyncio.to_thread(judge, evidence, policy, now=now, besides=besides)
    if hosts is None or not report.failing():
        return report
    return await with_workflow(evidence, policy, hosts, report)


async def with_workflow(
    evidence: Evidence, policy: Policy, hosts: "CodeHosts", report: Report, besides: Besides = NOTHING
) -> Report:
    """The report with what the image's workflow tells; the same one when no workflow is named. Raises nothing."""
    file = workflow_named(evidence, policy, server=hosts.server)
    if file is None:
        return report
    besides = replace(besides, seen=await see(file, policy, hosts), server=hosts.server)
    # In a thread: the diffs of a long file take a second, in which others want to be answered.
    return await asyncio.to_thread(judge, evidence, policy, now=report.checked_at, besides=besides)
