"""The checker of these settings: registries over HTTP behind the address guard, code hosts, policies, and the store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from bot.evidence.known_readings import ReadingMemory
from bot.evidence.options import GatherOptions
from bot.jobs.baselines import Baselines
from bot.jobs.checker import RegistryChecker
from bot.jobs.comparing import Comparing
from bot.oci.registries import open_registries
from bot.oci.registry import Registry
from bot.policy import Policies
from bot.policy.search import Searching
from bot.policy.source import policies_from
from bot.settings import Settings
from bot.signatures.roots.fingerprint import fingerprint
from bot.store import Store
from bot.store.attention import Waivers
from bot.store.contents import Contents
from bot.store.image_lock import ImageLocks
from bot.store.polls import Polls
from bot.store.pushes import Pushes
from bot.store.registry_hosts import RegistryHosts
from bot.store.releases import Releases
from bot.store.releases.first_looks import FirstLooks
from bot.store.reports import Reports
from bot.store.sisters import Sisters
from bot.values import replace
from bot.workflows.hosts import CodeHosts, open_code_hosts

LOCK_SECONDS: Final = 30.0
"""For remembering an earlier release that was looked up."""


@asynccontextmanager
async def open_checker(settings: Settings, store: Store | None = None) -> AsyncIterator[RegistryChecker]:
    """The checker of these settings, with one HTTP session for as long as the block lasts.

    With a `store` an image is compared with others that were checked lately (bot/store/sisters.py), and what was read
    of it is not fetched again (bot/store/contents.py); and with the release before it (bot/jobs/comparing.py).

    In the server nobody's own machine is meant: neither private addresses nor layouts, but those that are listed.
    Raises SettingsError when the policy file, a trusted root or the mirrors' table does not hold.
    """
    policies = policies_from(settings.policy)
    async with (
        open_registries(
            settings.registry_options(local=False), shared=RegistryHosts(store) if store else None
        ) as registry,
        open_code_hosts(settings.github_options()) as hosts,
    ):
        checker = checker_of(settings, policies, registry, hosts)
        yield with_memory(checker, store) if store else checker


def checker_of(settings: Settings, policies: Policies, registry: Registry, hosts: CodeHosts | None) -> RegistryChecker:
    """A checker that remembers nothing, with parts that are open. Raises SettingsError as `open_checker` does."""
    options = GatherOptions(
        statement_max=settings.statement_max,
        sbom_max=settings.sbom_max,
        recheck_tag=True,
        readings=ReadingMemory(),
    )
    roots = settings.root_options()
    searching = Searching(roots, lambda: policies, options=options)
    searching.prepare()
    return RegistryChecker(registry, policies, options, searching, hosts, roots=fingerprint(roots))


def with_memory(checker: RegistryChecker, store: Store) -> RegistryChecker:
    """The checker with what that store remembers."""
    releases, reports = Releases(store), Reports(store)
    baselines = Baselines(
        releases,
        reports,
        FirstLooks(store),
        ImageLocks(store, LOCK_SECONDS),
        Polls(store),
        checker.registry,
        checker.policies,
        checker.alone,
        store.now,
    )
    comparing = Comparing(releases, reports, Pushes(store), baselines, checker.registry, store.now)
    return replace(
        checker, sisters=Sisters(store), contents=Contents(store), comparing=comparing, waivers=Waivers(store)
    )
