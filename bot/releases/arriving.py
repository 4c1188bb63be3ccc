"""What an event makes of a release: a push joins it, a report is recorded in it. Pure; the store applies these.

Both are idempotent, and what is older than what is known changes nothing: events arrive twice and out of order.
"""

from typing import Final

from msgspec import Struct

from bot.releases.expected import MEMBERS_MAX, ExpectedMember
from bot.releases.member import ExpectedBy, Member
from bot.releases.names import Placement, ReleaseName
from bot.releases.release import Release
from bot.releases.stale import disturbed
from bot.report import Verdict
from bot.values import replace

_ANY_SPELLING: Final = frozenset({ExpectedBy.POLICY, ExpectedBy.BEFORE})
"""Who says that an image is expected, and not how its tag is spelled. `sisters` means the same tag."""


class Arrival(Struct, frozen=True):
    """A tag was pushed. `at` is the store's clock; `settle` and `complete` are the policy's, in seconds.

    `expected` are the other images that its release should have. `may_grow` when there may be others, and neither the
    policy nor an earlier release names them.
    """

    placement: Placement
    at: float
    settle: float = 600.0
    complete: float = 3 * 3600.0
    expected: tuple[ExpectedMember, ...] = ()
    may_grow: bool = False


class MemberCheck(Struct, frozen=True):
    """What a check said about one image.

    `checked_at` is when the look began, `reported_at` when its report was there for others to read, at the latest;
    `pushed_at` and `settled_at` when the push of that content was and when it is over, 0 when no push is known; all by
    the store's clock. `is_quiet` when nobody waits for it: it is not news.
    """

    placement: Placement
    digest: str
    verdict: Verdict
    checked_at: float
    is_final: bool = True
    failing: tuple[str, ...] = ()
    pushed_at: float = 0.0
    settled_at: float = 0.0
    is_quiet: bool = False
    reported_at: float = 0.0


def joined(release: Release | None, arrival: Arrival) -> Release:
    """The release after that push."""
    if release is None:
        release = opened(arrival.placement.release, arrival.at, arrival.complete)
    elif arrival.at < release.opened_at:  # its check was quicker than we
        release = replace(release, opened_at=arrival.at, completes_at=arrival.at + arrival.complete)
    before = release = _without_respelled(_with_expected(release, arrival), arrival)
    image = str(arrival.placement.image)
    member = release.member(image)
    if member is None:
        member = Member(arrival.placement.image, arrival.placement.family)
    is_news = not member.pushed_at
    if not member.is_there:
        member = replace(member, pushed_at=arrival.at, settled_at=arrival.at + arrival.settle)
    release = with_member(release, member)
    if arrival.may_grow and is_news and release.member(image):  # an image that found no room delays nothing
        ends = min(arrival.at + arrival.settle, release.completes_at)
        release = replace(release, grows_until=max(release.grows_until, ends))
    return disturbed(before, _dated(release), image, arrival.at)


def recorded(release: Release | None, check: MemberCheck, *, complete: float) -> Release:
    """The release after that check."""
    if release is None:
        release = opened(check.placement.release, check.checked_at, complete)
    image = str(check.placement.image)
    member = release.member(image) or Member(check.placement.image)
    if check.checked_at < member.checked_at:
        return release
    judged = _dated(with_member(release, _judged(member, check)))
    release = disturbed(release, judged, image, check.checked_at)
    if release.first_verdict is None and release.is_told(check.checked_at):
        release = replace(release, first_verdict=release.verdict)
    return release


def opened(name: ReleaseName, at: float, complete: float) -> Release:
    """A release that begins at that time."""
    return Release(name, opened_at=at, completes_at=at + complete)


def with_member(release: Release, member: Member) -> Release:
    """The release with that member; no more than MEMBERS_MAX, in the order of their names.

    One too many is left out, and the release says so; one that fails takes the place of one that does not.
    """
    members = {str(other.image): other for other in release.members} | {str(member.image): member}
    if len(members) > MEMBERS_MAX:
        release = replace(release, is_cut=True)
        leaves = next((name for name, other in members.items() if not other.is_failing), "")
        if not member.is_failing or not leaves:
            return release
        del members[leaves]
    return replace(release, members=tuple(members[image] for image in sorted(members)))


def _dated(release: Release) -> Release:
    """All members are awaited until the same moment, but those that were expected later."""
    due_at = release.completes_at
    members = (replace(member, due_at=max(due_at, member.late_by)) for member in release.members)
    return replace(release, members=tuple(members))


def _with_expected(release: Release, arrival: Arrival) -> Release:
    """Who is expected only now, e.g. since the policy names it, has as much time as the others had."""
    ends = arrival.at + arrival.complete
    late_by = ends if arrival.at > release.completes_at else 0.0
    named = frozenset([str(arrival.placement.image), *(str(one.placement.image) for one in arrival.expected)])
    for one in arrival.expected:
        known = release.member(str(one.placement.image))
        if known is None and not _is_respelled(release, one, named):
            new = Member(one.placement.image, one.placement.family, one.by, late_by=late_by)
            release = with_member(release, new)
        elif known is not None and known.expected_by is ExpectedBy.PUSH:
            release = with_member(release, replace(known, expected_by=one.by))
    return release


def _is_respelled(release: Release, one: ExpectedMember, named: frozenset[str]) -> bool:
    """Whether another tag of that repository and family has arrived: `1.1` and `v1.1`, or another base image.

    Or, for what the policy names in the spelling of whoever arrives, is awaited there. `named` are the images that are
    expected with this one, each in its own right.
    """
    image, family = one.placement.image, one.placement.family
    others = [
        member
        for member in release.members
        if (member.image.repository, member.family) == (image.repository, family)
        and member.image.tag != image.tag
        and (one.by is ExpectedBy.BEFORE or str(member.image) not in named)
    ]
    if one.by is ExpectedBy.POLICY and any(member.image.registry == image.registry for member in others):
        return True
    return one.by in _ANY_SPELLING and any(member.is_there for member in others)


def _without_respelled(release: Release, arrival: Arrival) -> Release:
    """What arrived is awaited under no other spelling, unless the release before had both."""
    own, expected = arrival.placement, {str(one.placement.image) for one in arrival.expected}
    members = (
        member
        for member in release.members
        if member.is_there
        or member.expected_by not in _ANY_SPELLING
        or (member.image.repository, member.family) != (own.image.repository, own.family)
        or str(member.image) in {*expected, str(own.image)}
    )
    return replace(release, members=tuple(members))


def _judged(member: Member, check: MemberCheck) -> Member:
    is_moved = bool(member.digest) and member.digest != check.digest
    is_pushed = is_moved or not member.pushed_at
    return replace(
        member,
        family=check.placement.family,
        digest=check.digest,
        first_digest=member.first_digest or check.digest,
        earlier_digest=member.digest if is_moved else member.earlier_digest,
        pushed_at=check.pushed_at if is_pushed else member.pushed_at,
        settled_at=check.settled_at if is_pushed else member.settled_at,
        checked_at=check.checked_at,
        reported_at=check.reported_at,
        stale_at=0.0,
        verdict=check.verdict,
        is_final=check.is_final,
        failing=check.failing,
    )
