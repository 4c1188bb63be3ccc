"""What each image of `provenance check` is compared with: the other images, and the baseline that was named."""

from collections.abc import Iterator, Mapping, Sequence

from bot.context import Context, SameTag
from bot.errors import NotFoundError, RegistryError
from bot.evidence import Evidence, Unreadable
from bot.oci.reference import Reference
from bot.policy import Policies, Policy
from bot.unreadable import unreadable

Seen = Mapping[Reference, Evidence | RegistryError]
"""Each image that was asked for, and what came of looking at it."""


def contexts(seen: Seen, policies: Policies, baselines: Seen) -> list[tuple[Context, Policy]]:
    """One for each image that could be looked at, in their order. `baselines` are by the image that is compared."""
    found = [one for one in seen.values() if not isinstance(one, RegistryError)]
    return [
        (_context(own, found, policy, seen, _earlier(baselines.get(image))), policy)
        for image, own in seen.items()
        if not isinstance(own, RegistryError)
        for policy in [policies.for_image(own.image)]
    ]


def _earlier(baseline: Evidence | RegistryError | None) -> Evidence | Unreadable | None:
    return unreadable(baseline) if isinstance(baseline, RegistryError) else baseline


def _context(
    own: Evidence, found: Sequence[Evidence], policy: Policy, seen: Seen, baseline: Evidence | Unreadable | None
) -> Context:
    return Context(
        own,
        policy.expected,
        sisters=tuple(found),
        same_tag=tuple(_same_tag(own.image, seen)),
        baseline=baseline,
    )


def _same_tag(own: Reference, seen: Seen) -> Iterator[SameTag]:
    """The other images that are the same repository path and tag in another registry."""
    for image, one in seen.items():
        if own.layout or image.layout or not own.tag or image.registry == own.registry:
            continue
        if (image.repository, image.tag) == (own.repository, own.tag):
            yield SameTag(image, _found(one))


def _found(one: Evidence | RegistryError) -> Evidence | Unreadable | None:
    match one:
        case NotFoundError():
            return None
        case RegistryError():
            return unreadable(one)
        case _:
            return one
