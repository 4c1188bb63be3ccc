"""A worker's eyes and judgement: gather evidence from the registries, judge it by the policies."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from bot.check import judge
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.oci.reference import Reference
from bot.oci.registries import open_registries
from bot.oci.registry import Registry
from bot.policy import Policies, Policy, default_policies, default_policy
from bot.report import Report
from bot.rules import catalogue
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class RegistryChecker:
    """A `Checker`. `policy` names what judges: the program's version, its rules, its policies."""

    registry: Registry
    policies: Policies
    options: GatherOptions
    policy: str

    async def check(self, reference: Reference) -> Report:
        """Raises RegistryError when not even the image itself could be looked at."""
        evidence = await gather(reference, self.registry, self.options)
        return judge(evidence, self.policies.for_image(reference), now=datetime.now(UTC))


@asynccontextmanager
async def open_checker(settings: Settings) -> AsyncIterator[RegistryChecker]:
    """The checker of these settings, with one session to all registries for as long as the block lasts."""
    options = GatherOptions(statement_max=settings.statement_max, sbom_max=settings.sbom_max, recheck_tag=True)
    async with open_registries(settings.registry_options()) as registry:
        yield RegistryChecker(registry, default_policies(), options, _policy_version(default_policy()))


def _policy_version(policy: Policy) -> str:
    """Changes when other rules judge, or the same ones weigh differently; the same in every process."""
    facts = [version("provenance-bot"), policy.name, *sorted(rule.id for rule in catalogue())]
    facts += [f"require {rule}" for rule in sorted(policy.require)] + [
        f"advise {rule}" for rule in sorted(policy.advise)
    ]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]
