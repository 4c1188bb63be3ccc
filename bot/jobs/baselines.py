"""The release before, of one image: from memory, else looked up once in its registry, checked and remembered."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from functools import partial
from typing import Final, Protocol

import structlog
from msgspec import Struct

from bot.check.remembered import remembered
from bot.errors import RegistryError, StoreError
from bot.evidence import Evidence
from bot.jobs.member_checks import member_check
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.policy import Policies, Policy
from bot.releases import Member, Placement, Release, place
from bot.releases.baseline import baseline_tag, earlier_versions
from bot.releases.versions import is_short_for, may_be_short
from bot.report import Report
from bot.store.image_lock import ImageLocks
from bot.store.polls import Polls
from bot.store.releases import Releases
from bot.store.releases.first_looks import FirstLooks
from bot.store.reports import Reports
from bot.unreadable import Unreadable, over_limit, unreadable

log = structlog.get_logger(__name__)

VERSIONS_MAX: Final = 5
"""Earlier versions that are looked through for the same image; not each version has each image."""

TAGS_MAX: Final = 20_000
"""Tags of a repository that are put in order; each costs some 20 µs."""

TAGS_IN_LOOP: Final = 50
"""Tags that are put in order at once; more go to a thread and let others go on."""

POLLED_MAX: Final = 2 * 3600.0
"""Seconds for which what polling saw of a repository's tags is new enough; a push of this moment is in the store."""

LOOKUP_SECONDS: Final = 60.0
"""For the list of tags and the check of one of them; the check of the image itself goes on without."""


class AloneChecker(Protocol):
    """Checks an image without comparing it."""

    async def __call__(self, reference: Reference, /) -> tuple[Report, str]:
        """Its report, and the version of the policy that judged. Raises RegistryError, StoreError."""


class EarlierVersion(Struct, frozen=True):
    """What is remembered of an earlier version."""

    version: str
    evidence: Evidence


class Baselines(Struct, frozen=True):
    """Finds them. `now` is the store's clock. Every method may raise StoreError."""

    releases: Releases
    reports: Reports
    first_looks: FirstLooks
    locks: ImageLocks
    polls: Polls
    registry: Registry
    policies: Policies
    check: AloneChecker
    now: Callable[[], Awaitable[float]]

    async def of(self, own: Placement, release: Release | None, digest: str) -> Evidence | Unreadable | None:
        """What the image is compared with; None when there is nothing earlier."""
        if own.release.is_rolling:
            return await self._before_it_moved(own, release, digest)
        known = await self._remembered(own, digest)
        if not await self._is_to_be_looked_up(own):
            return known.evidence if known else None
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                return await self._looked_up(own, known, digest)
        except RegistryError as error:
            failed = unreadable(error)
        except TimeoutError:
            why = f"looking for the earlier release took longer than {LOOKUP_SECONDS:.0f} s"
            failed = Unreadable(why, passing=True)
        with suppress(StoreError):  # the mark ends by itself
            await self.first_looks.give_back(own)
        return known.evidence if known else failed

    async def _is_to_be_looked_up(self, own: Placement) -> bool:
        """Once a day; each time while the store takes no mark, because then it is not known whether anybody has."""
        try:
            return await self.first_looks.take(own)
        except StoreError:
            return True

    async def _before_it_moved(self, own: Placement, release: Release | None, digest: str) -> Evidence | None:
        """What a rolling tag stood for before."""
        member = release.member(str(own.image)) if release else None
        if member is None:
            return None
        before = member.digest if member.digest != digest else member.earlier_digest
        return await self._evidence(str(own.image), before)

    async def _remembered(self, own: Placement, digest: str) -> EarlierVersion | None:
        """The same image in the newest earlier version that had it. Not 1.2 if it is another name of 1.2.3."""
        name = own.release
        for _ in range(VERSIONS_MAX):
            before = await self.releases.before(name, own.family)
            if before is None:
                return None
            name = before
            release = await self.releases.load(before)
            for member in release.members if release else ():
                if (member.image.name, member.family) != (own.image.name, own.family):
                    continue
                is_itself = member.digest == digest and is_short_for(before.version, own.release.version)
                found = None if is_itself else await self._as_it_was(member, digest)
                if found is not None:
                    return EarlierVersion(before.version, found)
        return None

    async def _as_it_was(self, member: Member, digest: str) -> Evidence | None:
        """The image of an earlier release; what its tag stood for first, if it was moved to `digest`.

        Else a poorer image that is pushed under both tags would be compared with itself.
        """
        known = dict.fromkeys((member.digest, member.first_digest))
        for one in sorted(known, key=lambda own: own == digest):
            if found := await self._evidence(str(member.image), one):
                return found
        return None

    async def _evidence(self, image: str, digest: str) -> Evidence | None:
        report = await self.reports.get(image, digest) if digest else None
        return await asyncio.to_thread(remembered, report) if report else None

    async def _looked_up(
        self, own: Placement, known: EarlierVersion | None, digest: str
    ) -> Evidence | Unreadable | None:
        """What is remembered, unless the registry has a version between that one and this one.

        The store knows what was pushed or asked for since it began, e.g. an old version that was corrected lately.
        """
        tags = await self._tags(own.image)
        if len(tags) > TAGS_MAX:
            too_many = over_limit(f"{own.image.name} has {len(tags)} tags, more than TAGS_MAX = {TAGS_MAX}")
            return known.evidence if known else too_many
        policy = self.policies.for_image(own.image)
        tag = await _newest_before(own, tags, policy)
        may_be_itself = may_be_short(tag) or is_short_for(tag.removeprefix("v"), own.release.version)
        if may_be_itself and await self.registry.resolve(own.image.tagged(tag)) == digest:
            tag = await _newest_before(own, [other for other in tags if other != tag], policy)
        image = own.image.tagged(tag) if tag else own.image
        found = place(image, policy)
        if known and (not tag or found is None or _is_nearer(known.version, found.release.version, own)):
            return known.evidence
        return await self._checked(own, image, tag) if tag else None

    async def _tags(self, image: Reference) -> Collection[str]:
        """The repository's tags: as polling saw them a short while ago, else the registry is asked."""
        seen = await self.polls.load(image.name)
        if not seen.tags and not seen.failures and await self.now() - seen.looked_at < POLLED_MAX:
            return tuple(seen.digests)
        return await self.registry.tags(image)

    async def _checked(self, own: Placement, image: Reference, tag: str) -> Evidence | None:
        """Checked, and remembered as a release that nobody is told of."""
        started = await self.now()
        report, policy = await self.check(image)
        log.info("an earlier release was looked up", image=str(own.image), baseline=tag, verdict=report.verdict.value)
        holder = f"baseline of {own.image}"
        try:
            if await self.locks.take(report.image, holder):  # else it is checked at this moment, and compared
                await self._remember(image, report, started, policy)
                await self.locks.release(report.image, holder)
        except StoreError as error:  # it is looked up again another time
            log.warning("an earlier release is not remembered", image=report.image, why=str(error))
        return await asyncio.to_thread(remembered, report)

    async def _remember(self, image: Reference, report: Report, started: float, policy: str) -> None:
        """Unless there is a report on that content already: that one was compared with others."""
        if await self.reports.get(report.image, report.digest) is not None:
            return
        await self.reports.save(report, started=started, policy=policy)
        placement = place(image, self.policies.for_image(image))
        if placement is not None:
            await self.releases.record(member_check(placement, report, started, is_quiet=True), complete=0.0)


async def _newest_before(own: Placement, tags: Collection[str], policy: Policy) -> str:
    look = partial(baseline_tag, own, tags, policy)
    return look() if len(tags) <= TAGS_IN_LOOP else await asyncio.to_thread(look)


def _is_nearer(known: str, found: str, own: Placement) -> bool:
    """Whether the image is to be compared with that known version, and not with what was found in the registry."""
    return known == found or earlier_versions(own.release.version, (known, found))[:1] == (known,)
