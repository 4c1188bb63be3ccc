"""Where the evidence of an image is, as its report says: the tags and lists that a second look asks for. No I/O."""

import hashlib
from collections.abc import Iterable
from typing import Final

from bot.oci.manifest import Descriptor
from bot.oci.reference import fallback_tag, is_digest
from bot.report import Report
from bot.signatures.signature import Layout

PLACES_MAX: Final = 2
"""Places of one image that are asked: signatures of the image itself first, then those of its parts."""

TAG: Final = "tag "
FALLBACK: Final = "fallback "
REFERRERS: Final = "referrers "
"""How a place is named: `tag sha256-….sig`, `fallback sha256:…`, `referrers sha256:…`."""

_NOWHERE: Final = frozenset({Layout.GITHUB_API.value, Layout.DHI.value})
"""Layouts that are not in the image's own repository."""


def places(report: Report) -> tuple[str, ...]:
    """The places with signatures of that image. Of a list of referrers, nobody has told yet how it is kept."""
    found = sorted(report.signatures, key=lambda signature: signature.digest != report.digest)
    named = (_place(signature.layout, signature.digest, signature.predicate_type) for signature in found)
    return tuple(dict.fromkeys(place for place in named if place))[:PLACES_MAX]


def _place(layout: str, digest: str, predicate_type: str) -> str:
    if layout in _NOWHERE or not is_digest(digest):
        return ""
    if layout == Layout.COSIGN_TAG.value:
        return f"{TAG}{fallback_tag(digest)}.{'att' if predicate_type else 'sig'}"
    return f"{FALLBACK}{digest}"


def mark_of(descriptors: Iterable[Descriptor]) -> str:
    """A hash of a list of referrers, in whatever order it came; "" of an empty one."""
    digests = sorted(descriptor.digest for descriptor in descriptors)
    return hashlib.sha256(" ".join(digests).encode()).hexdigest() if digests else ""
