"""Signatures of platforms that the index does not call so; only their own documents tell, when all has been searched.

An image whose annotation says that it is an attestation has a signature of its own, and so has one in an index that is
described as a manifest.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from bot.evidence import Evidence, Requests
from bot.signatures.search import KnownImage, SearchResult


async def search_late(
    search: Callable[[KnownImage], Awaitable[tuple[SearchResult, Requests]]],
    evidence: Evidence,
    late: list[str],
    found: SearchResult,
) -> tuple[SearchResult, Requests]:
    """What was `found` with what `search` finds of the `late` platforms, by their digests; and what that cost."""
    linked = tuple(digest for one in evidence.platforms for digest in one.attestation_manifests)
    known = [KnownImage(evidence.image.at(digest), (), linked=linked) for digest in dict.fromkeys(late)]
    rest = await asyncio.gather(*map(search, known))
    costs = [cost for _, cost in rest]
    cost = Requests(
        sum(one.total for one in costs),
        sum(one.manifest_pulls for one in costs),
        max(one.round_trips for one in costs),
    )
    return _together([found, *(one for one, _ in rest)]), cost


def _together(found: Iterable[SearchResult]) -> SearchResult:
    """All of it, each thing once: referrers of an attestation were sought before it proved to be an image."""
    found = tuple(found)
    return SearchResult(
        tuple(dict.fromkeys(one for each in found for one in each.signatures)),
        tuple(dict.fromkeys(one for each in found for one in each.attached)),
        tuple(dict.fromkeys(one for each in found for one in each.unreadable)),
        tuple(dict.fromkeys(one for each in found for one in each.missing)),
        tuple(dict.fromkeys(one for each in found for one in each.notes)),
        tuple(dict.fromkeys(one for each in found for one in each.listed)),
    )
