"""Which release came before: the newest earlier version of the same group and family.

A release is compared with the last release and not with its own candidates: these often have less, e.g. no signature,
and then a loss would be told with the candidate alone, or never.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from bot.oci.reference import Reference
from bot.policy import Policy
from bot.releases.names import Placement
from bot.releases.placing import place
from bot.releases.versions import is_prerelease, order
from bot.values import replace


def earlier_versions(version: str, versions: Iterable[str]) -> tuple[str, ...]:
    """Those that come before that version, newest first. Two spellings of one number are one version.

    Of what comes before a release, pre-releases come last: they stand in when there is nothing else.
    """
    limit = order(version)[:3]
    earlier = sorted({other for other in versions if order(other)[:3] < limit}, key=order, reverse=True)
    return tuple(earlier if is_prerelease(version) else sorted(earlier, key=is_prerelease))


def baseline_tag(own: Placement, tags: Iterable[str], policy: Policy) -> str:
    """The tag of the same repository and family that holds the newest earlier version; "" when there is none.

    `policy` is the image's own: a repository's other tags are read by it, too.
    """
    found = dict(_versions(own, tags, policy))
    earlier = earlier_versions(own.release.version, found)
    return found[earlier[0]] if earlier else ""


def _versions(own: Placement, tags: Iterable[str], policy: Policy) -> Iterator[tuple[str, str]]:
    for tag in tags:
        other = place(Reference(own.image.registry, own.image.repository, tag), policy)
        if other and not other.release.is_rolling and other.family == own.family:
            yield other.release.version, tag


class BaselineDoubt(StrEnum):
    """Why an image that a person named is not the baseline that the bot would choose."""

    NEWER = "newer"
    SAME_VERSION = "same-version"
    FAMILY = "family"
    REPOSITORY = "repository"
    ROLLING = "rolling"


_ON_DISK: Final = ("localhost", "layout")
"""What a layout is called while its tags are sorted: it has no repository."""


def doubts_about(image: Reference, baseline: Reference, own: Policy, other: Policy) -> Iterator[BaselineDoubt]:
    """What speaks against comparing the image with that baseline. `own` and `other` are their policies."""
    on_disk = bool(image.layout or baseline.layout)
    if not on_disk and image.repository != baseline.repository:
        yield BaselineDoubt.REPOSITORY
    now, before = _place(image, own), _place(baseline, other)
    if now is None or before is None or now.release.is_rolling:
        return
    if before.release.is_rolling:
        yield BaselineDoubt.ROLLING
        return
    if now.family != before.family:
        yield BaselineDoubt.FAMILY
    here, there = order(now.release.version)[:3], order(before.release.version)[:3]
    if there > here:
        yield BaselineDoubt.NEWER
    elif there == here and image.registry == baseline.registry:
        yield BaselineDoubt.SAME_VERSION


def _place(image: Reference, policy: Policy) -> Placement | None:
    named = replace(image, digest="") if not image.layout else Reference(*_ON_DISK, image.tag)
    return place(named, policy)
