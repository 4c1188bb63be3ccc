"""The real checker: what is looked at, compared and judged, and by which policy."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol

import structlog

from bot.attention import StoredWaiver
from bot.check import conclude, look
from bot.check.keepable import may_keep, secret_documents
from bot.context import Context
from bot.errors import StoreError
from bot.evidence import Evidence
from bot.evidence.options import GatherOptions
from bot.jobs.comparing import Comparing
from bot.jobs.parts import CheckPolicy, PhaseOf
from bot.jobs.policy_version import policy_version
from bot.jobs.recheck import is_final
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.oci.remembering import ContentMemory, RememberingRegistry
from bot.policy import Policies, Policy, default_policies
from bot.policy.search import Searching
from bot.releases import Placement, Release, place
from bot.releases.expected import ExpectedMember, expected_members
from bot.render.release.view import Mentions, Passes
from bot.report import Report
from bot.rules import Outcome
from bot.signatures.finder import SignatureFinder
from bot.values import replace
from bot.version import own_build
from bot.workflows.hosts import CodeHosts

log = structlog.get_logger(__name__)

SISTERS_SECONDS: Final = 2.0
"""For finding other images to compare with; they make a report more telling, and nobody waits for that."""

VERSIONS_MAX: Final = 256
"""Repositories of which the version of the last policy is remembered; a policy has some KB."""

KEEP_SECONDS: Final = 5.0
"""For storing the documents that a later look would fetch again."""


class SisterSource(Protocol):
    """Knows other images that belong to one."""

    async def of(self, evidence: Evidence) -> tuple[Evidence, ...]:
        """Those that were checked lately. Raises StoreError."""


class WaiverSource(Protocol):
    """Knows what people waived (bot/store/attention). Every method may raise StoreError."""

    async def now(self) -> float:
        """The time by which waivers end."""

    async def covering(self, image: Reference, digest: str, now: float) -> tuple[StoredWaiver, ...]:
        """Those that hold for that image at that digest."""

    async def used(self, waiver: StoredWaiver, image: str) -> None:
        """It acts in the report on that image."""


@dataclass(frozen=True, slots=True)
class RegistryChecker:
    """A `Checker`."""

    registry: Registry
    policies: Policies = field(default_factory=default_policies)
    options: GatherOptions = field(default_factory=GatherOptions)
    searching: Searching | None = None
    hosts: CodeHosts | None = None
    sisters: SisterSource | None = None
    contents: ContentMemory | None = None
    comparing: Comparing | None = None
    waivers: WaiverSource | None = None
    build: str = field(default_factory=own_build)
    roots: str = ""  # a name for the roots that are trusted
    _versions: dict[str, tuple[Policy, str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    async def digest(self, reference: Reference) -> str:
        """One HEAD. Raises RegistryError."""
        return await self.registry.resolve(reference)

    async def check(self, reference: Reference, *, phase_of: PhaseOf, fresh: bool = True) -> Report:
        """Raises RegistryError when not even the image itself could be looked at, and StoreError."""
        policy = self.policies.for_image(reference)
        search = self._search(reference)
        known = RememberingRegistry(self.registry, self.contents, reference, fresh=fresh) if self.contents else None
        registry: Registry = known or self.registry
        evidence = await look(reference, registry, policy, options=self.options, search=search, hosts=self.hosts)
        phase = await phase_of(evidence.digest)
        context = Context(evidence, policy.expected, phase, sisters=await self._sisters_of(evidence))
        if self.comparing is not None:
            context = await self.comparing.fill(context, policy)
        waivers = await self._waivers(reference, evidence.digest, policy)
        report = await conclude(context, waived_by(policy, waivers), now=datetime.now(UTC), hosts=self.hosts)
        await self._used(waivers, report)
        if known is not None and not is_final(report):  # else nobody looks at it again soon
            await _keep(known, evidence)
        return report

    async def _waivers(self, reference: Reference, digest: str, policy: Policy) -> tuple[StoredWaiver, ...]:
        """What people waived for this image. Raises StoreError: a verdict without them would be another one.

        A waiver of a repository or digest reaches images that the person did not see. It acts there only if the policy
        lets that person waive for them, too: an entry may be about some tags of a repository. A role is for all images.
        """
        if self.waivers is None:
            return ()
        covering = await self.waivers.covering(reference, digest, await self.waivers.now())
        return tuple(one for one in covering if one.by_role or one.shows(reference) or policy.lets_waive(one.who))

    async def _used(self, waivers: tuple[StoredWaiver, ...], report: Report) -> None:
        """Remember where they act, so that the image is judged again when one ends. Raises StoreError."""
        waived = {result.rule for result in report.results if result.outcome is Outcome.WAIVED}
        for waiver in waivers:
            if self.waivers is not None and waiver.rule in waived:
                await self.waivers.used(waiver, report.image)

    async def _sisters_of(self, evidence: Evidence) -> tuple[Evidence, ...]:
        """Without them less is told, and nothing else is different: so nothing that goes wrong here fails a check."""
        if self.sisters is None:
            return ()
        try:
            async with asyncio.timeout(SISTERS_SECONDS):
                return await self.sisters.of(evidence)
        except (StoreError, TimeoutError) as error:
            log.warning("no sisters", image=str(evidence.image), why=str(error) or "it took too long")
            return ()

    def check_policy(self, reference: Reference) -> CheckPolicy:
        """What the policy says.

        Its version is the same in every process; it changes with the policy and with the program, so that an upgraded
        program does not use an old verdict again.
        """
        policy = self.policies.for_image(reference)
        return CheckPolicy(
            self._version(reference, policy),
            policy.channel,
            policy.is_ignored,
            policy.settle,
            policy.owners,
            place(reference, policy),
            policy.complete,
            Passes(policy.passes) if policy.passes else None,
            Mentions(policy.mentions),
            policy.expected.layouts,
        )

    def _version(self, reference: Reference, policy: Policy) -> str:
        """It is asked for several times a check, and takes a while: that of the last policy is remembered."""
        last, version = self._versions.get(reference.name, (None, ""))
        if last == policy:
            return version
        version = policy_version(policy, f"{self.build} {self.roots}")
        if len(self._versions) >= VERSIONS_MAX:
            self._versions.clear()
        self._versions[reference.name] = policy, version
        return version

    def expected_with(self, arrived: Placement, before: Release | None) -> tuple[ExpectedMember, ...]:
        """By the policy, and as in the release before."""
        if before is None:
            return expected_members(arrived, self.policies)
        return expected_members(arrived, self.policies, before.members, before.name.version)

    async def alone(self, reference: Reference) -> tuple[Report, str]:
        """The report on an image that is compared with nothing, and the policy's version. Raises RegistryError."""
        policy = self.policies.for_image(reference)
        evidence = await look(reference, self.registry, policy, options=self.options, search=self._search(reference))
        report = await conclude(Context(evidence, policy.expected), policy, now=datetime.now(UTC))
        return report, self.check_policy(reference).version

    def _search(self, reference: Reference) -> SignatureFinder | None:
        return self.searching.for_image(reference) if self.searching else None


def waived_by(policy: Policy, waivers: Iterable[StoredWaiver]) -> Policy:
    """The policy with these waivers besides those of its file; of two for one rule the one that ends later counts."""
    return replace(policy, waivers=(*policy.waivers, *(waiver.as_policy() for waiver in waivers)))


async def _keep(registry: RememberingRegistry, evidence: Evidence) -> None:
    """Without it a later look costs more, and nothing else is different: so nothing that goes wrong fails a check."""
    if not registry.read or not await asyncio.to_thread(may_keep, evidence):
        return
    secret = await asyncio.to_thread(secret_documents, list(registry.read.values()))
    try:
        async with asyncio.timeout(KEEP_SECONDS):
            await registry.keep(without=secret)
    except (StoreError, TimeoutError) as error:
        log.warning("documents are not kept", image=str(evidence.image), why=str(error) or "it took too long")
