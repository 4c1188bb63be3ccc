"""`provenance check --workflow`: the workflows that built failing images, read and looked at."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.check import Besides, with_workflow
from bot.errors import RegistryError
from bot.evidence import Evidence
from bot.policy import Policies
from bot.report import Report
from bot.settings import Settings
from bot.workflows.hosts import CodeHosts, open_code_hosts


async def with_workflows(
    reports: Sequence[Report], seen: Sequence[Evidence | RegistryError], policies: Policies, settings: Settings
) -> list[Report]:
    """The reports with what the workflows tell. On a person's own machine their own token may read what it can."""
    besides = Besides(sisters=tuple(found for found in seen if not isinstance(found, RegistryError)))
    async with open_code_hosts(settings.github_options()) as hosts:
        if hosts is None:
            return list(reports)
        own = replace(hosts, public=hosts.own)
        looks = (_with(report, found, policies, own, besides) for report, found in zip(reports, seen, strict=True))
        return await asyncio.gather(*looks)


async def _with(
    report: Report, found: Evidence | RegistryError, policies: Policies, hosts: CodeHosts, besides: Besides
) -> Report:
    if isinstance(found, RegistryError) or not report.failing():
        return report
    return await with_workflow(found, policies.for_image(found.image), hosts, report, besides)
