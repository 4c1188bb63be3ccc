"""What a check compares an image with: the release before, the same tag elsewhere, what the tag stood for first.

Nothing that goes wrong here fails a check. What could not be looked up is unreadable, and the rules say so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from msgspec import Struct

from bot.check.remembered import remembered
from bot.context import Context, SameTag
from bot.errors import NotFoundError, RegistryError, StoreError
from bot.evidence import Evidence
from bot.jobs.baselines import Baselines
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.policy import Policy
from bot.releases import Placement, Release, ReleaseName, place
from bot.releases.comparing import facts_of, first_digest, same_tags, was_pushed_with
from bot.releases.versions import is_short_for, may_be_short
from bot.report import Report
from bot.store.pushes import Pushes
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.unreadable import UnknownReason, Unreadable, unreadable
from bot.values import replace

STORE_SECONDS: Final = 5.0
"""For what the store knows."""

HEAD_SECONDS: Final = 10.0
"""For asking another registry what a tag stands for there."""

LONGER_MAX: Final = 64
"""Versions with which a short one may have been pushed."""

LATE_SECONDS: Final = 60.0
"""After the end of its settle time, another registry's image has been looked at again."""


class Comparing(Struct, frozen=True):
    """Fills a context in. `now` is the store's clock."""

    releases: Releases
    reports: Reports
    pushes: Pushes
    baselines: Baselines
    registry: Registry
    now: Callable[[], Awaitable[float]]

    async def fill(self, context: Context, policy: Policy) -> Context:
        """The context with all that is known beside the image. Raises nothing that is to be expected."""
        own = place(context.evidence.image, policy)
        if own is None:
            return context
        try:
            async with asyncio.timeout(STORE_SECONDS):
                now = await self.now()
                release = await self.releases.load(own.release)
        except (StoreError, TimeoutError) as error:
            forgotten = Unreadable(f"the store did not answer: {str(error) or 'timeout'}", passing=True)
            return replace(context, baseline=forgotten, moved_from=forgotten)
        baseline, same_tag = await asyncio.gather(
            self._baseline(own, release, context.evidence.digest),
            asyncio.gather(*(self._same_tag(image, release, now) for image in same_tags(own, release, policy))),
        )
        return replace(
            context,
            baseline=baseline,
            same_tag=await self._settled(context, same_tag, policy, now),
            moved_from=await self._moved_from(own, release, policy, context.evidence.digest),
            release=facts_of(own, release, now),
            is_complete=await self._is_complete(context.evidence, tuple(same_tag), release, policy, now),
        )

    async def _baseline(self, own: Placement, release: Release | None, digest: str) -> Evidence | Unreadable | None:
        try:
            return await self.baselines.of(own, release, digest)
        except StoreError as error:
            return Unreadable(f"the store did not answer: {error}", passing=True)

    async def _moved_from(
        self, own: Placement, release: Release | None, policy: Policy, digest: str
    ) -> str | Unreadable:
        """What the tag stood for first; "" for `1.27`, if that was pushed with a longer version, as its other name.

        Of a release with several images, `1.27` and `1.27-alpine`, one moves after the other: meanwhile it is not
        another name of any version.
        """
        first = first_digest(own, release, policy)
        if release is None or first in {"", digest} or policy.expected.is_release:
            return first
        try:
            versions = await self.releases.versions(own.release.group)
            longer = [one for one in versions if is_short_for(own.release.version, one)][:LONGER_MAX]
            for version in longer if may_be_short(own.release.version) else ():
                other = await self.releases.load(ReleaseName(own.release.group, version))
                if other and was_pushed_with(other, own, release, first, policy.settle):
                    return ""
        except StoreError as error:
            return Unreadable(f"the store did not answer: {error}", passing=True)
        return first

    async def _same_tag(self, image: Reference, release: Release | None, now: float) -> SameTag:
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                digest = await self.registry.resolve(image)
        except NotFoundError:
            return SameTag(image, None)
        except RegistryError as error:
            return SameTag(image, unreadable(error))
        except TimeoutError:
            why = f"{image.registry} did not answer within {HEAD_SECONDS:.0f} s"
            return SameTag(image, Unreadable(why, passing=True))
        return SameTag(image, await self._known(image.at(digest), release, now))

    async def _known(self, image: Reference, release: Release | None, now: float) -> Evidence | Unreadable:
        """What was found there at that digest; the digest alone when nobody has checked it."""
        named = replace(image, digest="")
        try:
            report = await self.reports.get(str(named), image.digest)
        except StoreError:
            report = None
        member = release.member(str(named)) if release else None
        if report is not None and member and _settles(report) and now < member.settled_at + LATE_SECONDS:
            why = f"signatures may still arrive at {image.registry}"
            return Unreadable(why, UnknownReason.AWAITING_MEMBER, passing=True)
        found = await asyncio.to_thread(remembered, report) if report else None
        return found or Evidence(named, image.digest, "", is_index=False, platforms=())

    async def _settled(
        self, context: Context, same_tag: Sequence[SameTag], policy: Policy, now: float
    ) -> tuple[SameTag, ...]:
        """With whether what differs may still become the same: signatures reach one registry after the other."""
        if not any(isinstance(one.found, Evidence) for one in same_tag):
            return tuple(same_tag)
        try:
            late = await self._signed_late(context, now)
            return tuple([replace(one, is_settled=await self._is_over(one, late, policy, now)) for one in same_tag])
        except StoreError:
            return tuple(replace(one, is_settled=False) for one in same_tag)

    async def _signed_late(self, context: Context, now: float) -> float:
        """When the image was signed after its push had settled, and after it was looked at; 0 when it was not."""
        own, image = context.evidence, str(context.evidence.image)
        if context.is_settled and own.signatures:
            known = await self.reports.get(image, own.digest)
            before = {one.digest for one in known.signatures} if known else None
            if before is not None and any(one.digest not in before for one in own.signatures):
                await self.pushes.signed_late(image, own.digest, now)
        return await self.pushes.late_signature(image, own.digest)

    async def _is_over(self, other: SameTag, late: float, policy: Policy, now: float) -> bool:
        """Whether the policy's `settle` is over since the image was signed late, and the other pushed or signed."""
        if not isinstance(other.found, Evidence):
            return True
        image, digest = str(other.image), other.found.digest
        pushed = await self.pushes.first(image, digest) or 0.0
        signed = await self.pushes.late_signature(image, digest)
        return now >= max(late, pushed, signed) + policy.settle

    async def _is_complete(
        self, own: Evidence, same_tag: tuple[SameTag, ...], release: Release | None, policy: Policy, now: float
    ) -> bool:
        """Whether the policy's `complete` is over since the last push of this tag, here or elsewhere."""
        if release is not None and (now < release.completes_at or release.awaited(now)):
            return False
        there = [one.found for one in same_tag if isinstance(one.found, Evidence)]
        try:
            for evidence in (own, *there):
                pushed = await self.pushes.first(str(evidence.image), evidence.digest)
                if pushed is not None and now < pushed + policy.complete:
                    return False
        except StoreError:
            return False
        return True


def _settles(report: Report) -> bool:
    """Whether something may still arrive beside the image."""
    findings = (finding for result in report.results for finding in result.findings)
    return any(finding.reason == UnknownReason.AWAITING_SIGNATURE for finding in findings)
