"""`provenance check --workflow`: the workflows that built failing images, read and looked at."""

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
    """The reports, with what the workflows tell. On a person's own machine their own token may read what it can."""
    async with open_code_hosts(settings.github_options()) as hosts:
        own = replace(hosts, public=hosts.own) if hosts else None
        return await asyncio.gather(*(conclude(context, policy, now=now, hosts=own) for context, policy in contexts))
