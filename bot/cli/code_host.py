"""What `provenance check` asks of the code host: attestations of the images, their Git tags, their workflows.

On a person's own machine their own token may read whatever it can.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from bot.check import conclude
from bot.check.facts import with_code_host
from bot.context import Context
from bot.evidence import Evidence
from bot.policy import Policies, Policy
from bot.policy.search import Searching
from bot.report import Report
from bot.settings import Settings
from bot.values import replace
from bot.workflows.hosts import CodeHosts, open_code_hosts


@asynccontextmanager
async def own_hosts(settings: Settings) -> AsyncIterator[CodeHosts | None]:
    """The code hosts of these settings, asked with the person's own token; None when there are none."""
    async with open_code_hosts(settings.github_options(local=True)) as hosts:
        yield _all_own(hosts) if hosts else None


def _all_own(hosts: CodeHosts) -> CodeHosts:
    """The same, where everything is asked with the token."""
    return replace(
        hosts,
        public=hosts.own,
        public_attestations=hosts.own_attestations,
        public_tags=hosts.own_tags,
        public_runs=hosts.own_runs,
    )


async def add_attestations(
    found: Sequence[Evidence], policies: Policies, searching: Searching, settings: Settings
) -> list[Evidence]:
    """The evidence about each image, with what the code host of its source holds."""
    async with own_hosts(settings) as hosts:
        return await asyncio.gather(
            *(
                with_code_host(one, policies.for_image(one.image), hosts, searching.for_image(one.image))
                for one in found
            )
        )


async def conclude_all(contexts: Sequence[tuple[Context, Policy]], settings: Settings, now: datetime) -> list[Report]:
    """The reports, with what the workflows of failing images tell."""
    async with own_hosts(settings) as hosts:
        return await asyncio.gather(*(conclude(context, policy, now=now, hosts=hosts) for context, policy in contexts))
