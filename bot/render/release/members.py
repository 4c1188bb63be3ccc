"""A release and the newest reports on its members, put together as people are told of them. No I/O."""

from collections.abc import Iterable

from bot.releases import Member, MemberState, Release
from bot.render.release.view import ImageView, ReleaseView
from bot.report import Report


def view_of(release: Release, reports: Iterable[Report], now: float) -> ReleaseView:
    """The view at that time, in seconds since the epoch. A member may have a report that the release has no word of.

    A chart of which the policy asks nothing is not told among images.
    """
    by_image = {one.image: one for one in reports}
    name = release.name
    images = tuple(_image(release, member, by_image.get(str(member.image)), now) for member in release.members)
    asked = tuple(one for one in images if one.report is None or not one.report.asks_nothing) or images
    return ReleaseView(
        subject=str(name),
        title=name.title,
        images=asked,
        unasked=tuple(one for one in images if one not in asked),
        is_rolling=name.is_rolling,
        aliases=release.aliases,
        twin=str(release.told_as) if release.told_as else "",
        is_cut=release.is_cut,
        may_grow=now < release.grows_until,
    )


def _image(release: Release, member: Member, report: Report | None, now: float) -> ImageView:
    return ImageView(
        image=str(member.image),
        family=member.family,
        report=report,
        is_open=_is_open(release, member, report, now),
        pushed_at=member.pushed_at,
        settles_at=member.settled_at,
        looked_at=member.checked_at,
    )


def _is_open(release: Release, member: Member, report: Report | None, now: float) -> bool:
    """Whether a verdict is still to come: the push settles, the image is awaited, or its report waits for others."""
    if report is not None and (report.is_waiting or member.verdict is None):
        return report.is_waiting
    match member.state(now):
        case MemberState.AWAITED:
            return True
        case MemberState.SETTLING:
            return now < max(release.completes_at, member.settled_at)
        case _:
            return False
