"""The real checker: registries over HTTP behind the address guard, the rules, the policies."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field

from bot.check import check
from bot.evidence.options import GatherOptions
from bot.evidence.search import SignatureSearch
from bot.oci.reference import Reference
from bot.oci.registries import open_registries
from bot.oci.registry import Registry
from bot.policy import Policies, default_policies
from bot.report import Report
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class RegistryChecker:
    """A `Checker`."""

    registry: Registry
    policies: Policies = field(default_factory=default_policies)
    options: GatherOptions = field(default_factory=GatherOptions)
    search: SignatureSearch | None = None

    async def check(self, reference: Reference) -> Report:
        """Raises RegistryError when not even the image itself could be looked at."""
        return await check(reference, self.registry, self.policies, options=self.options, search=self.search)

    def policy(self, reference: Reference) -> str:
        """A digest of all that is asked of that image; the same in every process."""
        policy = self.policies.for_image(reference)
        text = json.dumps(asdict(policy), sort_keys=True, default=_plain)
        return f"{policy.name}@{hashlib.sha256(text.encode()).hexdigest()[:16]}"


@asynccontextmanager
async def open_checker(settings: Settings) -> AsyncIterator[RegistryChecker]:
    """The checker of these settings, with one HTTP session for as long as the block lasts.

    In the server nobody's own machine is meant: neither private addresses nor layouts, but those that are listed.
    """
    options = GatherOptions(statement_max=settings.statement_max, sbom_max=settings.sbom_max, recheck_tag=True)
    async with open_registries(settings.registry_options(local=False)) as registry:
        yield RegistryChecker(registry, options=options)


def _plain(value: object) -> object:
    """Sets in order: their own order differs from process to process."""
    return sorted(value) if isinstance(value, frozenset | set) else str(value)
