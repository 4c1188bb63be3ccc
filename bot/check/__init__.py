"""The heart: gather evidence, judge it, explain what failed, report."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.check.code_host import with_attestations
from bot.check.explaining import explain
from bot.check.judging import Judgement, judge
from bot.check.not_checked import unchecked
from bot.check.reporting import assemble
from bot.check.workflow import Seen, named, see
from bot.context import Context
from bot.evidence import Evidence
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.policy import Policy
from bot.report import Report
from bot.rules import Rule
from bot.signatures.finder import SignatureFinder
from bot.workflows.address import SERVER

if TYPE_CHECKING:  # heavy, and only there when a code host is asked
    from bot.workflows.hosts import CodeHosts

__all__ = ["conclude", "explain", "judge", "look", "report_on", "unchecked"]

_DEFAULT: Final = GatherOptions()


async def look(  # noqa: PLR0913 - each is another place to look
    reference: Reference,
    registry: Registry,
    policy: Policy,
    *,
    options: GatherOptions = _DEFAULT,
    search: SignatureFinder | None = None,
    hosts: "CodeHosts | None" = None,
    by_name: bool = True,
) -> Evidence:
    """All evidence about the image: in its registry, and at the code host of its source.

    Without `by_name` only what is the same for all tags of the content: `with_facts` adds the rest.
    Raises RegistryError when not even the image itself could be read: then no rule is judged, and `unchecked` makes a
    report that says so.
    """
    evidence = await gather(reference, registry, options, search=search)
    if search is None:
        return evidence
    if hosts is None or not by_name:
        return await with_attestations(evidence, policy, hosts, search)
    from bot.check.facts import with_code_host  # noqa: PLC0415 - only where a code host is asked

    return await with_code_host(evidence, policy, hosts, search)


async def conclude(
    context: Context,
    policy: Policy,
    *,
    now: datetime,
    hosts: "CodeHosts | None" = None,
    rules: Sequence[Rule] | None = None,
) -> Report:
    """Judge; with `hosts`, read the workflow of a failing image, which tells where to fix it; explain; report.

    Raises nothing.
    """
    seen = named(context.evidence, policy, server=hosts.server if hosts else SERVER)

    def told(judgement: Judgement, seen: Seen | None) -> Report:
        return assemble(context, policy, judgement, explain(context, judgement, seen), now=now, seen=seen)

    def judged() -> tuple[Judgement, Report | None]:
        judgement = judge(context, policy, today=now.astimezone(UTC).date(), rules=rules)
        needs_workflow = hosts and seen and judgement.is_failing
        return judgement, None if needs_workflow else told(judgement, seen)

    # In a thread: a megabyte of build steps takes a second to look through, and so do the diffs of a long file.
    judgement, report = await asyncio.to_thread(judged)
    if report is not None:
        return report
    if hosts and seen:
        seen = await see(seen.file, policy, hosts, context.evidence.image.registry)
    return await asyncio.to_thread(told, judgement, seen)


def report_on(
    context: Context,
    policy: Policy,
    *,
    now: datetime,
    rules: Sequence[Rule] | None = None,
    server: str = SERVER,
) -> Report:
    """The same, at once and without I/O: the workflow is named, and nobody reads it."""
    judgement = judge(context, policy, today=now.astimezone(UTC).date(), rules=rules)
    seen: Seen | None = named(context.evidence, policy, server=server)
    return assemble(context, policy, judgement, explain(context, judgement, seen), now=now, seen=seen)
