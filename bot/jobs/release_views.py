"""Reads a release as people are told of it: its members, the newest report on each, and what the policy says."""

from collections.abc import Iterable
from typing import Final, Protocol

from msgspec import Struct

from bot.jobs.parts import Checker, CheckPolicy
from bot.oci.reference import Reference
from bot.releases import Member, Release, ReleaseName
from bot.releases.other_names import may_be_short_for_one, may_be_told_elsewhere
from bot.render.release.members import view_of
from bot.render.release.view import ImageView, Mentions, Passes, ReleaseView
from bot.report import Report, Verdict
from bot.store.reports import Reports
from bot.values import replace

MOVING: Final = 60.0
"""Seconds in which all tags of one push have been looked at."""

MOVING_MAX: Final = 180.0
"""Seconds for which a rolling tag waits for the end of a push: pushes without end must not keep it silent."""

VERSIONS_MAX: Final = 3
"""Versions that a rolling tag is compared with: those pushed last, which need not have the highest numbers."""


class ReleaseMemory(Protocol):
    """What is remembered of releases."""

    async def load(self, name: ReleaseName) -> Release | None:
        """That release. Raises StoreError."""

    async def versions(self, group: str) -> tuple[str, ...]:
        """The group's versions, newest first. Raises StoreError."""

    async def lately(self, group: str, count: int) -> tuple[str, ...]:
        """So many of the group's versions, those in which something happened last. Raises StoreError."""


class ReleaseViews(Struct, frozen=True):
    """Reads the store; every method may raise StoreError."""

    releases: ReleaseMemory
    reports: Reports
    checker: Checker  # for what the policy says

    async def of(self, name: ReleaseName, image: str, now: float) -> ReleaseView:
        """The release, with `image` in it even if it was never pushed."""
        release = await self.releases.load(name) or Release(name)
        members = release.members
        if image and release.member(image) is None:
            members = (*members, Member(Reference.parse(image)))
        reports = await self.reports.latest_of([str(one.image) for one in members])
        policies = [self.checker.check_policy(member.image) for member in members]
        view = view_of(replace(release, members=members), reports, now)
        if view.twin and not await self._is_told_there(release, view, now):
            view = replace(view, twin="")
        return replace(
            view,
            owners=tuple(dict.fromkeys(owner for policy in policies for owner in policy.owners)),
            passes=_passes(policies, is_rolling=name.is_rolling),
            mentions=_mentions(policies),
            newest=next(iter(await self.releases.versions(name.group)), ""),
        )

    async def is_moving(self, name: ReleaseName, now: float, *, since: float) -> bool:
        """Whether a rolling tag has some of a version's images and not all: the push of its other tags goes on.

        A moment ago, that is. It is a rolling tag of its own if that lasts. `since` is when its first report came that
        nobody was told of.
        """
        if now - since >= MOVING_MAX:
            return False
        own = await self.releases.load(name) if name.is_rolling else None
        if own is None:
            return False
        if own.told_as:
            return bool(own.problems) and await self._may_still_fail(own.told_as, now)
        digests = _digests(own)
        for version in await self.releases.lately(name.group, VERSIONS_MAX):
            other = await self.releases.load(ReleaseName(name.group, version))
            checked_at = max((member.checked_at for one in (own, other) if one for member in one.members), default=0.0)
            if other is not None and digests & _digests(other) and now - checked_at < MOVING:
                return True
        return False

    async def is_alone(self, name: ReleaseName, now: float) -> bool:
        """Whether it was pushed a moment ago and may turn out to be another name of what was pushed with it."""
        own = await self.releases.load(name) if may_be_told_elsewhere(name) else None
        if own is None or own.alias_of or not _is_new(own, now):
            return False
        return may_be_short_for_one(name, await self.releases.versions(name.group))

    async def _may_still_fail(self, name: ReleaseName, now: float) -> bool:
        """Whether the version with the same content has no failure yet, and will be looked at in a moment.

        Of both the tag's and the version's images, some are awaited until the end of `complete`, which is not the same
        moment: the failure is the version's, and is told there.
        """
        version = await self.releases.load(name)
        if version is None or version.problems:
            return False
        return version.is_arriving(now) or now < version.completes_at + MOVING

    async def _is_told_there(self, other: Release, view: ReleaseView, now: float) -> bool:
        """Whether the release with the same content says what is wrong: another policy may hold for its tag.

        A rolling tag that has moved on has said so if it failed, unless it moved on at once.
        """
        if view.verdict is not Verdict.FAIL:
            return True
        told = await self.releases.load(other.told_as) if other.told_as else None
        if told is None:
            return False
        if told.name.is_rolling and not _digests(other) & _digests(told):
            return not _is_new(other, now) and await self._has_failed(told, other)
        return told.verdict is Verdict.FAIL

    async def _has_failed(self, told: Release, other: Release) -> bool:
        """Whether it failed when it had the content with which the other one fails.

        It may have moved on before it was known that a signature does not come.
        """
        histories = await self.reports.histories([str(member.image) for member in told.members])
        failed = {past.digest for pasts in histories.values() for past in pasts if past.verdict is Verdict.FAIL}
        failing = {member.digest for member in other.members if member.is_failing}
        return bool(failing) and failing <= failed


def _is_new(release: Release, now: float) -> bool:
    return any(member.pushed_at and now - member.pushed_at < MOVING_MAX for member in release.members)


def _digests(release: Release) -> frozenset[tuple[str, str]]:
    return frozenset((member.image.name, member.digest) for member in release.members if member.digest)


def alone(report: Report, policy: CheckPolicy, member: Member | None = None) -> ReleaseView:
    """One image as a release of its own: for an answer about it, and for what belongs to no release.

    Its title is its own name: it says nothing of the release, which has other images. `member` is what the release
    knows of it: until when a signature is awaited.
    """
    own = policy.placement.image if policy.placement else None
    title = f"{own.repository} {own.tag}" if own else report.image
    pushed_at, settles_at = (member.pushed_at, member.settled_at) if member else (0.0, 0.0)
    view = ImageView(report.image, report=report, is_open=report.is_waiting, pushed_at=pushed_at, settles_at=settles_at)
    return ReleaseView(report.image, title, (view,), owners=policy.owners)


def _passes(policies: Iterable[CheckPolicy], *, is_rolling: bool) -> Passes:
    """The most that an image's policy asks for; by default each version is posted, and rolling tags in the digest."""
    asked = {policy.passes for policy in policies if policy.passes is not None}
    if asked:
        return next(one for one in Passes if one in asked)
    return Passes.DIGEST if is_rolling else Passes.EACH


def _mentions(policies: Iterable[CheckPolicy]) -> Mentions:
    asked = {policy.mentions for policy in policies}
    return Mentions.THREAD if asked == {Mentions.THREAD} else Mentions.PARENT
