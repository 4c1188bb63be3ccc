"""Which members are to be looked at again, because what they were compared with is another thing now.

A member is compared with the same tag in other registries; the lead, with all that the release should have. Who arrives
after `complete` was said to be missing, also by those that pass.
"""

from bot.oci.reference import Reference
from bot.releases.member import Member
from bot.releases.release import Release
from bot.report import Verdict
from bot.values import replace


def disturbed(before: Release, after: Release, image: str, at: float) -> Release:
    """The release after that image arrived or was checked; `stale_at` is on those whose verdict may change by that."""
    old, new = before.member(image), after.member(image)
    if new is None:
        return after
    lead_before, lead_after = _lead(before), _lead(after)  # once: a release may have hundreds of members
    grows_whole = _is_whole(after) > _is_whole(before)
    is_news = new.checked_at > 0 and (old is None or _told(old) != _told(new))
    was_checked = new.checked_at > (old.checked_at if old else 0.0)
    is_late = new.pushed_at > after.completes_at and (old is None or not old.checked_at)

    def is_stale(member: Member) -> bool:
        if str(member.image) == image:
            is_open = was_checked and not member.is_final
            return (is_open or member.is_failing) and _was_overtaken(member, after)
        if is_news and _is_same_tag(member, new):
            return is_late or not member.is_final or member.is_failing or member.digest != new.digest
        named_it = is_news and is_late and member.is_failing  # it told which images are missing
        return member.image == lead_before and (member.image != lead_after or grows_whole or named_it)

    return replace(
        after,
        members=tuple(
            replace(member, stale_at=at) if member.checked_at and not member.stale_at and is_stale(member) else member
            for member in after.members
        ),
    )


def _was_overtaken(member: Member, release: Release) -> bool:
    """Whether a report on what it is compared with came while it was looked at: it may not know that one."""
    is_lead = member.image == _lead(release)
    return any(
        max(other.checked_at, other.reported_at) > member.checked_at and (is_lead or _is_same_tag(other, member))
        for other in release.members
        if other.image != member.image
    )


def _lead(release: Release) -> Reference | None:
    return release.lead.image if release.lead else None


def _is_whole(release: Release) -> bool:
    return all(member.is_there for member in release.members)


def _is_same_tag(one: Member, two: Member) -> bool:
    return (one.image.repository, one.image.tag) == (two.image.repository, two.image.tag)


def _told(member: Member) -> tuple[str, Verdict | None, bool]:
    return member.digest, member.verdict, member.is_final
