"""What a release says about one of its images: what it is compared with, and what else is expected."""

from typing import Final

from bot.context import ReleaseFacts
from bot.oci.reference import Reference
from bot.policy import Policy
from bot.releases.names import Placement
from bot.releases.release import Release
from bot.releases.versions import may_be_short

SAME_TAG_MAX: Final = 4
"""Other registries that are asked for the same tag; nobody is known to push to more than three."""


def same_tags(own: Placement, release: Release | None, policy: Policy) -> tuple[Reference, ...]:
    """The same path and tag in other registries: those of the policy's `sisters`, and those that are members."""
    image = own.image
    named = [Reference(registry, image.repository, image.tag) for registry in policy.expected.sisters]
    members = [
        member.image
        for member in (release.members if release else ())
        if (member.image.repository, member.image.tag) == (image.repository, image.tag)
    ]
    return tuple(one for one in dict.fromkeys((*named, *members)) if one != image)[:SAME_TAG_MAX]


def first_digest(own: Placement, release: Release | None, policy: Policy) -> str:
    """What the tag stood for first; "" when nobody knows, or when it moves by design, as 1.2 with each 1.2.3.

    What the policy calls a release never moves by design, nor does a whole version: who pushes 1.2.3-1 with its content
    must not keep it unsaid that 1.2.3 is moved.
    """
    member = release.member(str(own.image)) if release else None
    if release is None or member is None:
        return ""
    is_short = may_be_short(own.release.version) and bool(release.alias_of)
    if not policy.expected.is_release and (own.release.is_rolling or is_short):
        return ""
    return member.first_digest


def was_pushed_with(longer: Release, own: Placement, release: Release, first: str, settle: float) -> bool:
    """Whether the image had that content first as another name of the longer version, which was there by then.

    A longer version that comes later says nothing: whoever can push can give the old content another name.
    """
    if longer.opened_at > release.opened_at + settle:
        return False
    return any(
        member.image.repository == own.image.repository and first in {member.first_digest, member.digest}
        for member in longer.members
    )


def facts_of(own: Placement, release: Release | None, now: float) -> ReleaseFacts:
    """What the rules may know of the release. What 1.3 should have is expected of 1.3.0, while it is its other name."""
    if release is None:
        return ReleaseFacts(
            own.release.title, own.release.is_rolling, group=own.release.group, version=own.release.version
        )
    is_short = bool(release.alias_of) and not own.release.is_rolling
    return ReleaseFacts(
        own.release.title,
        own.release.is_rolling,
        release.lead is None or release.lead.image == own.image,
        () if is_short else tuple(str(member.image) for member in release.awaited(now)),
        () if is_short else tuple(str(member.image) for member in release.not_seen(now)),
        group=own.release.group,
        version=own.release.version,
        members=tuple((str(member.image), member.state(now).value) for member in release.members),
    )
