"""Which images a release is made of, before they are there: by the policy, by `sisters`, by the release before."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from bot.errors import InvalidReferenceError
from bot.oci.reference import Reference
from bot.policy import Policies
from bot.policy.globs import split_glob
from bot.releases.member import ExpectedBy, Member
from bot.releases.names import Placement
from bot.releases.placing import place

MEMBERS_MAX: Final = 256
"""Members of one release; the largest known has 24."""

_RELEASE_OF_BASE: Final = re.compile(r"\d+(?:\.\d+)+", re.ASCII)

_WILD: Final = frozenset("*?")


class ExpectedMember(Struct, frozen=True):
    """An image that a release should have, and who says so."""

    placement: Placement
    by: ExpectedBy


def expected_members(
    arrived: Placement, policies: Policies, before: Iterable[Member] = (), version_before: str = ""
) -> tuple[ExpectedMember, ...]:
    """The images of the release of `arrived`, that one left out. `before` are the members of the release before.

    An image that the policy ignores, or puts into another release, is not expected.
    """
    found: dict[str, ExpectedMember] = {}
    for image, by in _candidates(arrived, policies, before, version_before):
        name = str(image)
        if name == str(arrived.image) or name in found or len(found) >= MEMBERS_MAX:
            continue
        policy = policies.for_image(image)
        placement = place(image, policy)
        if placement is not None and placement.release == arrived.release and not policy.is_ignored:
            found[name] = ExpectedMember(placement, by)
    return tuple(found.values())


def _candidates(
    arrived: Placement, policies: Policies, before: Iterable[Member], version_before: str
) -> Iterator[tuple[Reference, ExpectedBy]]:
    own = list(_listed(arrived, policies))
    earlier = [] if arrived.release.is_rolling else list(_as_before(arrived, before, version_before))
    yield from ((image, ExpectedBy.POLICY) for image in own)
    yield from ((image, ExpectedBy.BEFORE) for image in earlier)
    for image in (arrived.image, *own, *earlier):
        for registry in policies.for_image(image).expected.sisters:
            yield Reference(registry, image.repository, image.tag), ExpectedBy.SISTERS


def _listed(arrived: Placement, policies: Policies) -> Iterator[Reference]:
    """Repositories that the policy names without a wildcard; their tags are the version, with the suffix it names."""
    rolling = arrived.image.tag.removesuffix(arrived.family)
    version = rolling if arrived.release.is_rolling else _as_written(arrived)
    for glob in policies.listed():
        name, tag = split_glob(glob)
        if _WILD & set(name):
            continue
        if not tag or (tag.startswith("*") and not _WILD & set(tag[1:])):
            image = _image(f"{name}:{version}{tag[1:]}")
            if image is not None:
                yield image


def _as_before(arrived: Placement, before: Iterable[Member], version_before: str) -> Iterator[Reference]:
    """The images that the release before had, with the new version in their tags.

    Not what has a name in front of its version, e.g. `chart-1.0`: that has versions of its own. What arrived in another
    spelling than before, e.g. `v1.1` after `1.0`, or on a newer base image, is expected in that spelling elsewhere.
    """
    there = [member for member in before if version_before and member.is_there and member.family[:1] in {"", "-"}]
    count = Counter((member.image.name, member.family) for member in there)
    shapes = Counter((member.image.name, member.family, _shape(member.image.tag, version_before)) for member in there)
    own = _shape(arrived.image.tag, arrived.release.version)
    for member in there:
        is_own = (member.image.repository, member.family) == (arrived.image.repository, arrived.family)
        is_one = count[member.image.name, member.family] == 1
        is_same = _shape(member.image.tag, version_before) == own and shapes[member.image.name, member.family, own] == 1
        is_respelled = is_own and (is_one or is_same)
        renamed = _renamed(member.image.tag, version_before, arrived.release.version)
        for tag in (arrived.image.tag,) if is_respelled else renamed:
            image = _image(f"{member.image.name}:{tag}")
            if image is not None:
                yield image


def _shape(tag: str, version: str) -> str:
    """What stands behind the version, whichever release of the base image it names: `-alpine#` of 1.1-alpine3.20."""
    return _RELEASE_OF_BASE.sub("#", tag.partition(version)[2])


def _renamed(tag: str, before: str, version: str) -> Iterator[str]:
    """The tag with the new version in each place where the old one may stand; which it is, its release tells."""
    start = tag.find(before)
    while start >= 0:
        yield f"{tag[:start]}{version}{tag[start + len(before) :]}"
        start = tag.find(before, start + 1)


def _as_written(arrived: Placement) -> str:
    """The version with the `v` that the pushed tag has."""
    tag, version = arrived.image.tag, arrived.release.version
    return tag[: len(version) + 1] if tag[:1] in {"v", "V"} and tag[1:].startswith(version) else version


def _image(text: str) -> Reference | None:
    try:
        return Reference.parse(text)
    except InvalidReferenceError:  # longer than a tag may be
        return None
