"""Lines for `provenance policy explain`: to which release an image belongs, and which others are expected with it."""

from collections.abc import Iterator

from bot.oci.reference import Reference
from bot.policy import Policies
from bot.releases.expected import expected_members
from bot.releases.member import ExpectedBy
from bot.releases.placing import place

_WHY = {ExpectedBy.POLICY: "an entry names it", ExpectedBy.SISTERS: "`sisters`"}


def release_lines(policies: Policies, image: Reference) -> Iterator[str]:
    """One fact a line, in the form of the other lines."""
    placement = place(image, policies.for_image(image))
    if placement is None:
        yield "release    none: an image without a tag belongs to no release"
        return
    kind = " (a rolling tag)" if placement.release.is_rolling else ""
    family = f", family {placement.family}" if placement.family else ""
    yield f"release    {placement.release.title}{kind}{family}"
    for one in expected_members(placement, policies):
        yield f"with       {one.placement.image}: {_WHY.get(one.by, one.by.value)}"
