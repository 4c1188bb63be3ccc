"""What `provenance compare` and `provenance audit` look with: registries, policies and signatures of this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.check.looker import Looker
from bot.cli.code_host import own_hosts
from bot.evidence.known_readings import ReadingMemory
from bot.evidence.options import GatherOptions
from bot.oci.registries import open_registries
from bot.policy import Policies
from bot.policy.search import Searching
from bot.settings import Settings
from bot.values import replace


@asynccontextmanager
async def open_looker(settings: Settings, policies: Policies) -> AsyncIterator[Looker]:
    """Everything open while the block runs. Raises SettingsError."""
    options = GatherOptions(statement_max=settings.statement_max, sbom_max=settings.sbom_max, readings=ReadingMemory())
    searching = Searching(settings.root_options(), lambda: policies, options=options)
    searching.prepare()
    async with open_registries(settings.registry_options(local=True)) as registry, own_hosts(settings) as hosts:
        looker = Looker(registry, policies, options, searching, hosts, settings.github_server)
        yield replace(looker, catalogue=registry.catalogue)
