"""What a worker tells the memory of releases: a push arrived, an image was checked; and who is to be looked at again.

A release is looked at by itself at the end of a member's `settle` and at the end of `complete`: a check of one of its
images is queued for that moment, which costs one request when nothing changed.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Final

import structlog
from msgspec import Struct

from bot.board import cell_of
from bot.intake.job import CheckJob, JobQueue
from bot.jobs.member_checks import member_check
from bot.jobs.parts import Checker, CheckPolicy
from bot.oci.reference import Reference
from bot.releases import Placement, Release, ReleaseName
from bot.releases.arriving import Arrival
from bot.releases.expected import ExpectedMember
from bot.releases.member import ExpectedBy
from bot.releases.other_names import may_be_told_elsewhere, may_tell
from bot.releases.versions import is_short_for, order
from bot.report import Report
from bot.store.board import Board
from bot.store.digests import Digests
from bot.store.releases import Releases
from bot.store.reports import Latest, Reports

log = structlog.get_logger(__name__)

MARGIN: Final = 2.0
"""Seconds after the end of `settle` or `complete`: the look must not begin a moment before it."""

STALE_DELAY: Final = 1.0
"""Seconds until a member is looked at again; what disturbed it has often a sister that arrives at the same moment."""

ALIASES_MAX: Final = 8
"""Tags of one digest that are looked through for a release and its other names."""

NAMES_MAX: Final = 32
"""Other names of one version; whoever may push tags can make thousands."""


class Releasing(Struct, frozen=True):
    """Keeps the releases up to date. `now` is the store's clock. Every method may raise StoreError."""

    releases: Releases
    reports: Reports
    board: Board
    digests: Digests
    queue: JobQueue
    checker: Checker
    now: Callable[[], Awaitable[float]]

    async def arrived(self, policy: CheckPolicy, at: float) -> None:
        """A tag was pushed at that time."""
        own = policy.placement
        if own is None:
            return
        before = await self._before(own.release, lately=at - policy.settle)
        expected = self.checker.expected_with(own, before)
        may_grow = _may_grow(own, before, expected)
        await self.releases.join(Arrival(own, at, policy.settle, policy.complete, expected, may_grow))

    async def checked(self, latest: Latest, job: CheckJob, policy: CheckPolicy, pushed: float | None) -> None:
        """An image was checked. `pushed` is when the content of its tag was pushed, if anybody knows."""
        own = policy.placement
        if own is None:
            return
        settled = pushed + policy.settle if pushed else 0.0
        said = member_check(
            own,
            latest.report,
            latest.started,
            pushed_at=pushed or 0.0,
            settled_at=settled,
            is_quiet=job.is_quiet,
            reported_at=await self.now(),
        )
        release = await self.releases.record(said, complete=policy.complete)
        await self._put_on_board(own, latest, release, policy)
        await self._name_aliases(own, latest.report.digest, release)
        if not job.is_quiet:
            await self._look_again(release, own, job)

    async def _put_on_board(self, own: Placement, latest: Latest, release: Release, policy: CheckPolicy) -> None:
        """Only an image whose push was announced: whoever may ask for checks must not fill the board."""
        member = release.member(str(own.image))
        absent = [one.image for one in release.not_seen(await self.now())]
        cell = cell_of(latest.report, own, readers=policy.layouts, absent=absent)
        if await self.board.put(cell, opens=member is not None and bool(member.pushed_at)):
            await self._put_baseline(own, latest.report, policy)

    async def _put_baseline(self, own: Placement, report: Report, policy: CheckPolicy) -> None:
        """The version that it was compared with stands behind it on the board, although nobody announced that one."""
        named = report.baseline
        if named is None or named.image == report.image:
            return
        line = await self.board.line(own.image.repository, own.family)
        if any(cell.image == named.image for cell in line):
            return
        earlier = await self.reports.get(named.image, named.digest)
        place = self._placed(Reference.parse(named.image))
        if (
            earlier is not None
            and place is not None
            and (place.family, place.image.name) == (own.family, own.image.name)
        ):
            await self.board.put(cell_of(earlier, place, readers=policy.layouts))

    async def _before(self, name: ReleaseName, *, lately: float) -> Release | None:
        """The release before; not 1.2 if that came a moment before 1.2.3: it is another name of it."""
        before = await self.releases.before(name)
        release = await self.releases.load(before) if before else None
        if release and release.opened_at > lately and is_short_for(release.name.version, name.version):
            return await self._before(release.name, lately=lately)
        return release

    async def _look_again(self, release: Release, own: Placement, job: CheckJob) -> None:
        again = CheckJob(image=job.image, origin="recheck", channel="" if job.is_asked else job.channel)
        for member in release.stale:
            stale = again.model_copy(update={"image": str(member.image), "is_anew": True})
            await self.queue.enqueue(stale, key=f"stale:{member.image}|", delay=STALE_DELAY)
        now = await self.now()
        due = release.due_at(now)
        if due is not None:
            for image, key in _due_looks(release, own, f"due:{release.name}|{due:.0f}"):
                look = again.model_copy(update={"image": str(image)})
                await self.queue.enqueue(look, key=key, delay=due - now + MARGIN)

    async def _name_aliases(self, own: Placement, digest: str, release: Release) -> None:
        """What has the digest of another release is told as the other name of that one, for as long as it has it."""
        tags = await self.digests.tags(own.image.name, digest)
        placed = [self._placed(own.image.tagged(tag)) for tag in (own.image.tag, *tags[:ALIASES_MAX])]
        names = {one.release for one in placed if one is not None and one.release.group == own.release.group}
        names |= {ReleaseName(own.release.group, alias, way) for alias in release.aliases for way in (True, False)}
        for name in sorted(filter(may_be_told_elsewhere, names)):
            other = release if name == own.release else await self.releases.load(name)
            hosts = [one for one in names if may_tell(one, name)]
            if other is None or not (hosts or other.alias_of):
                continue
            told = await self._told_as(other, hosts)
            if told is None and _has_told(other):
                await self.releases.alias(name, other.told_as, listed=False)
                continue
            await self.releases.alias(name, told)
            if other.alias_of and told is None and name != own.release:
                await self._tell_alone(other)

    async def _tell_alone(self, rolling: Release) -> None:
        """The version under whose name it was told has other content now: a look at it tells whether it fails."""
        if rolling.lead is not None:
            again = CheckJob(image=str(rolling.lead.image), origin="recheck")
            await self.queue.enqueue(again, key=f"stale:{rolling.lead.image}|", delay=STALE_DELAY)

    async def _told_as(self, other: Release, hosts: list[ReleaseName]) -> ReleaseName | None:
        """The newest version that has all its digests and does not have too many other names; else a rolling tag."""
        wanted = {(one.image.name, one.digest) for one in other.members if one.digest}
        for host in sorted(hosts, key=lambda name: (*_rank(name, hosts), order(name.version)), reverse=True):
            release = await self.releases.load(host)
            if release is None or release.told_as == other.name:
                continue
            is_named = other.name.version in release.aliases or len(release.aliases) < NAMES_MAX
            if is_named and wanted and wanted <= {(member.image.name, member.digest) for member in release.members}:
                return host
        return None

    def _placed(self, image: Reference) -> Placement | None:
        return self.checker.check_policy(image).placement


def _may_grow(own: Placement, before: Release | None, expected: Iterable[ExpectedMember]) -> bool:
    """Whether a version of several repositories may have others: the policy names none, and no release was seen before.

    One that was only looked up has the images that were looked up so far.
    """
    if own.release.is_rolling or own.release.group == own.image.repository:
        return False
    is_named = any(one.by is ExpectedBy.POLICY for one in expected)
    return not is_named and not any(member.pushed_at for member in (before.members if before else ()))


def _due_looks(release: Release, own: Placement, key: str) -> Iterator[tuple[Reference, str]]:
    """Which images are looked at when the release is due, each with the key of its job.

    The lead tells what concerns the whole release. While nobody could read it, an image that was read is looked at:
    the lead's registry may still be away, and what is known of the others is told all the same.
    """
    lead = release.lead
    yield lead.image if lead else own.image, key
    if lead is not None and lead.verdict is None:
        yield own.image, f"{key}|read"


def _rank(host: ReleaseName, hosts: list[ReleaseName]) -> tuple[int, bool]:
    """For sorting, the greatest first: a host that another host may stand for has no thread, so it comes last."""
    return -sum(may_tell(one, host) for one in hosts), not host.is_rolling


def _has_told(other: Release) -> bool:
    """Whether it is the tag of one build, which was told with a rolling tag that has moved on."""
    return other.told_as is not None and other.told_as.is_rolling
