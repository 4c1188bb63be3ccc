"""`provenance check --workflow`: reads the workflows that built failing images."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.check import conclude
from bot.context import Context
from bot.policy import Policy
from bot.report import Report
from bot.settings import Settings
from bot.workflows.hosts import open_code_hosts


async def conclude_all(contexts: Sequence[tuple[Context, Policy]], settings: Settings, now: datetime) -> list[Report]:
    """The reports, with lines and patches of the workflows. The user's own token may read private repositories."""
    async with open_code_hosts(settings.github_options()) as hosts:
        own = replace(hosts, public=hosts.own) if hosts else None
        return await asyncio.gather(*(conclude(context, policy, now=now, hosts=own) for context, policy in contexts))
