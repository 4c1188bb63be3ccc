"""Which release came before: the newest earlier version of the same group and family."""

from collections.abc import Iterable, Iterator

from bot.oci.reference import Reference
from bot.policy import Policy
from bot.releases.names import Placement
from bot.releases.placing import place
from bot.releases.versions import order


def earlier_versions(version: str, versions: Iterable[str]) -> tuple[str, ...]:
    """Those that come before that version, newest first. Two spellings of one number are one version."""
    limit = order(version)[:3]
    earlier = {other for other in versions if order(other)[:3] < limit}
    return tuple(sorted(earlier, key=order, reverse=True))


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
