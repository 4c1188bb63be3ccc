"""What each image of `provenance check` is compared with: the other images, and the baseline that was named."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.context import Context, SameTag
from bot.errors import NotFoundError, RegistryError
from bot.evidence import Evidence, Unreadable
from bot.oci.reference import Reference
from bot.policy import Policies, Policy
from bot.unreadable import unreadable

if TYPE_CHECKING:
    from bot.causes.families import ImageFamilies

Seen = Mapping[Reference, Evidence | RegistryError]
"""Each image that was asked for, and what came of looking at it."""


def contexts(seen: Seen, policies: Policies, baselines: Seen) -> list[tuple[Context, Policy]]:
    """One for each image that could be looked at, in their order. `baselines` are by the image that is compared."""
    beside = _Beside(seen)
    return [
        (_context(own, beside, policy, _earlier(baselines.get(image))), policy)
        for image, own in seen.items()
        if not isinstance(own, RegistryError)
        for policy in [policies.for_image(own.image)]
    ]


def _earlier(baseline: Evidence | RegistryError | None) -> Evidence | Unreadable | None:
    return unreadable(baseline) if isinstance(baseline, RegistryError) else baseline


def _context(own: Evidence, beside: "_Beside", policy: Policy, baseline: Evidence | Unreadable | None) -> Context:
    return Context(
        own, policy.expected, sisters=beside.sisters(own), same_tag=beside.same_tag(own.image), baseline=baseline
    )


class _Beside:
    """The other images of the command: of a thousand, few are to be compared with one."""

    def __init__(self, seen: Seen) -> None:
        self._by_tag: defaultdict[tuple[str, str], list[SameTag]] = defaultdict(list)
        for image, one in seen.items():
            if image.tag and not image.layout:
                self._by_tag[image.repository, image.tag].append(SameTag(image, _found(one)))
        self._families = _families([one for one in seen.values() if not isinstance(one, RegistryError)])

    def same_tag(self, own: Reference) -> tuple[SameTag, ...]:
        """Those with the same path and tag in another registry. A layout on disk has none."""
        named = self._by_tag.get((own.repository, own.tag), ())
        return () if own.layout else tuple(one for one in named if one.image.registry != own.registry)

    def sisters(self, own: Evidence) -> tuple[Evidence, ...]:
        """Those that may explain what fails."""
        return self._families.of(own) if self._families else ()


def _families(images: Sequence[Evidence]) -> "ImageFamilies | None":
    if len(images) == 1:
        return None
    from bot.causes.families import ImageFamilies  # noqa: PLC0415 - one image has no sisters

    return ImageFamilies(images)


def _found(one: Evidence | RegistryError) -> Evidence | Unreadable | None:
    match one:
        case NotFoundError():
            return None
        case RegistryError():
            return unreadable(one)
        case _:
            return one
