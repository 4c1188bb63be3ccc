"""The real checker: registries over HTTP behind the address guard, the rules, the policies."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from re import Pattern

from bot.check import check
from bot.context import Phase
from bot.evidence.options import GatherOptions
from bot.jobs.parts import CheckPolicy
from bot.oci.reference import Reference
from bot.oci.registries import open_registries
from bot.oci.registry import Registry
from bot.policy import Policies, default_policies
from bot.policy.search import Searching
from bot.policy.source import policies_from
from bot.report import Report
from bot.settings import Settings
from bot.workflows.hosts import CodeHosts, open_code_hosts


@dataclass(frozen=True, slots=True)
class RegistryChecker:
    """A `Checker`."""

    registry: Registry
    policies: Policies = field(default_factory=default_policies)
    options: GatherOptions = field(default_factory=GatherOptions)
    searching: Searching | None = None
    hosts: CodeHosts | None = None

    async def check(self, reference: Reference, *, phase: Phase) -> Report:
        """Raises RegistryError when not even the image itself could be looked at."""
        search = self.searching.for_image(reference) if self.searching else None
        return await check(
            reference,
            self.registry,
            self.policies,
            options=self.options,
            search=search,
            hosts=self.hosts,
            phase=phase,
        )

    def check_policy(self, reference: Reference) -> CheckPolicy:
        """What the policy says; its version is the same in every process, and another one when the policy changes."""
        policy = self.policies.for_image(reference)
        text = json.dumps(_plain(policy), sort_keys=True, default=_plain)
        version = f"{policy.name}@{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        return CheckPolicy(version, policy.channel, policy.is_ignored, policy.settle, policy.owners)


@asynccontextmanager
async def open_checker(settings: Settings) -> AsyncIterator[RegistryChecker]:
    """The checker of these settings, with one HTTP session for as long as the block lasts.

    In the server nobody's own machine is meant: neither private addresses nor layouts, but those that are listed.
    Raises SettingsError when the policy file, a trusted root or the mirrors' table does not hold.
    """
    policies = policies_from(settings.policy)
    options = GatherOptions(statement_max=settings.statement_max, sbom_max=settings.sbom_max, recheck_tag=True)
    searching = Searching(settings.root_options(), lambda: policies, options=options)
    searching.prepare()
    async with (
        open_registries(settings.registry_options(local=False)) as registry,
        open_code_hosts(settings.github_options()) as hosts,
    ):
        yield RegistryChecker(registry, policies, options, searching, hosts)


def _plain(value: object) -> object:
    """What JSON can hold. Sets in order: their own order differs from process to process."""
    match value:
        case set() | frozenset():
            return sorted(value)
        case Pattern():
            return value.pattern
        case Mapping():
            return dict(value)
        case _ if is_dataclass(value):
            return {field.name: getattr(value, field.name) for field in fields(value)}
        case _:  # keys and certificates: their names stand beside them
            return type(value).__name__
