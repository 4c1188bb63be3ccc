"""Looks at images one after the other, as a person asks: one to be reported on, two to be compared."""

import asyncio
from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.attestations.head import is_sbom_type
from bot.check import look, report_on
from bot.context import Context
from bot.evidence import Evidence, PlatformEvidence
from bot.evidence.contents import PlatformContents, read_contents
from bot.evidence.options import GatherOptions
from bot.oci.catalogue.catalogue import Catalogue
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.oci.sharing import SharingRegistry
from bot.policy import Policies, Policy
from bot.policy.default import BuiltIn
from bot.policy.search import Searching
from bot.report import Report
from bot.report.difference import Compared, Difference, compare
from bot.unreadable import Unreadable
from bot.values import replace
from bot.workflows.address import SERVER

if TYPE_CHECKING:  # heavy, and only there when a code host is asked
    from bot.workflows.hosts import CodeHosts


class Looker(Struct, frozen=True):
    """All that is needed to look. `server` is the web address of the operator's code host."""

    registry: Registry
    policies: Policies
    options: GatherOptions = field(default_factory=GatherOptions)
    searching: Searching | None = None
    hosts: "CodeHosts | None" = None
    server: str = SERVER
    catalogue: Catalogue | None = None  # lists the repositories of a namespace

    def under(self, policy: Policy) -> "Looker":
        """Looks at every image by that policy, and by its keys."""
        policies = BuiltIn(policy)
        return replace(self, policies=policies, searching=self.searching.under(policies) if self.searching else None)

    def sharing(self) -> "Looker":
        """Looks at several images in one go, and fetches once what they have in common."""
        return replace(self, registry=SharingRegistry(self.registry))

    async def evidence(self, image: Reference) -> Evidence:
        """Raises RegistryError when not even the image itself could be read."""
        search = self.searching.for_image(image) if self.searching else None
        policy = self.policies.for_image(image)
        return await look(
            image, self.registry, policy, options=self.options, search=search, hosts=self.hosts, by_name=False
        )

    def seen_by(self, image: Reference) -> Hashable:
        """What of the image's policy decides what is seen of a content: who may sign it, and where else it is sought.

        The same for two tags means that one look is enough for both.
        """
        policy = self.policies.for_image(image)
        return (*_trusted(policy), policy.workflow, policy.expected.sources)

    async def report(self, evidence: Evidence, now: datetime, baseline: Evidence | Unreadable | None = None) -> Report:
        """The report on it, by the policy of its name; compared with the `baseline`, an earlier release."""
        policy = self.policies.for_image(evidence.image)
        if self.hosts is not None:
            from bot.check.facts import with_facts  # noqa: PLC0415 - only where a code host is asked

            evidence = await with_facts(evidence, policy, self.hosts)
        context = Context(evidence, policy.expected, baseline=baseline)
        return await asyncio.to_thread(report_on, context, policy, now=now, server=self.server)

    async def compare(self, before: Reference, after: Reference, now: datetime) -> Difference:
        """What the second image has lost, gained or changed. Raises RegistryError when one could not be read."""
        shared = self.sharing()
        found = await asyncio.gather(shared.evidence(before), shared.evidence(after), return_exceptions=True)
        old, new = (_or_raise(one) for one in found)
        same = _same(old, new)
        sides = [
            Compared(await self.report(one, now), await shared.contents(one, same)) for one in (old, new)
        ]  # one after the other: an SBOM may have many MB
        readers = self.policies.for_image(after).expected.layouts
        return await asyncio.to_thread(compare, *sides, readers=readers, server=self.server)

    async def contents(self, evidence: Evidence, same: frozenset[str]) -> Mapping[str, PlatformContents]:
        """How large its platforms are, and which packages their SBOMs list; not of those that are the `same`."""
        return await read_contents(evidence, self.registry, self.options, known=same)


def _trusted(policy: Policy) -> tuple[Hashable, ...]:
    if not policy.keys and not policy.certificates:
        return ()
    from bot.signatures.keys import spki  # noqa: PLC0415 - heavy, and few policies name keys

    return (tuple((one.name, spki(one.key)) for one in policy.keys), policy.certificates)


def _or_raise(found: Evidence | BaseException) -> Evidence:
    if isinstance(found, BaseException):
        raise found
    return found


def _same(before: Evidence, after: Evidence) -> frozenset[str]:
    """Digests of the platforms that both images have, with the same SBOMs."""
    known = {one.digest: _sboms(one) for one in before.platforms}
    return frozenset(one.digest for one in after.platforms if known.get(one.digest) == _sboms(one))


def _sboms(platform: PlatformEvidence) -> frozenset[str]:
    return frozenset(one.digest for one in platform.statements if is_sbom_type(one.predicate_type))
