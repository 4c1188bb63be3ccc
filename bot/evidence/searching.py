"""The search for signatures beside an image's own documents, and what of it remains when these have been read."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.evidence import Evidence, Requests, Unreadable
from bot.evidence.asking import Asking
from bot.evidence.tree import Tree
from bot.oci.tally import counting
from bot.signatures.search import KnownImage, SearchResult, SignatureSearch
from bot.unreadable import UnknownReason


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found, what finding it cost, and for which digests all places were asked."""

    found: SearchResult
    cost: Requests
    digests: frozenset[str]


async def search_beside(search: SignatureSearch, asking: Asking, tree: Tree, limit: float) -> Searched:
    """What is found within so many seconds, while the children are read: the index alone says which are platforms."""
    platforms = dict.fromkeys(child.digest for child in (*tree.runnable, *tree.unsorted))
    known = KnownImage(
        image=asking.image,
        platforms=tuple(platforms),
        attestation_manifests=tuple(dict.fromkeys(pointer.descriptor.digest for pointer in tree.pointers)),
        linked=tuple(pointer.descriptor.digest for pointer in tree.pointers if pointer.about in platforms),
        annotations=tuple(sorted(tree.annotations.items())),
    )
    alone = {*platforms, *known.attestation_manifests} <= {known.digest}
    done = await _search(search, asking, known, limit, alone=alone)
    if also := asking.held.also:
        other = f"{asking.image.registry} has it under {also}, and signatures of that digest were not looked for"
        why = Unreadable(f"{other}: check {asking.image.name}@{also}", UnknownReason.UNSEARCHED)
        done = replace(done, found=replace(done.found, unreadable=(*done.found.unreadable, why)))
    return done


async def search_rest(
    search: SignatureSearch, asking: Asking, evidence: Evidence, done: Searched, limit: float
) -> tuple[SearchResult, Requests]:
    """The same with what hangs on platforms that the index does not call so; only their own documents tell.

    An image whose annotation says that it is an attestation has a signature of its own, and one in an index that is
    described as a manifest, too.
    """
    late = [one.digest for one in evidence.platforms if one.digest not in done.digests]
    if not late:
        return done.found, done.cost
    linked = {digest for one in evidence.platforms for digest in one.attestation_manifests}
    known = [KnownImage(asking.image.at(digest), (), linked=tuple(linked)) for digest in dict.fromkeys(late)]
    rest = await asyncio.gather(*(_search(search, asking, one, limit, alone=True) for one in known))
    cost = done.cost
    for one in rest:
        cost = added(cost, one.cost)
    return _together([done.found, *(one.found for one in rest)]), cost


async def _search(search: SignatureSearch, asking: Asking, known: KnownImage, limit: float, *, alone: bool) -> Searched:
    with counting(searching=known.digest, alone=alone) as counts:
        try:
            async with asyncio.timeout(limit):
                found = await search.search(known, asking.registry)
        except TimeoutError:
            why = f"the search for signatures took longer than SEARCH_DEADLINE = {limit:g} s"
            found = SearchResult(unreadable=(Unreadable(why, UnknownReason.UNSEARCHED, passing=True),))
    cost = Requests(counts.total, counts.manifest_pulls, counts.round_trips)
    return Searched(found, cost, frozenset({known.digest, *known.platforms}))


def _together(found: Iterable[SearchResult]) -> SearchResult:
    """All of it, each thing once: referrers of an attestation were sought before it proved to be an image."""
    found = tuple(found)
    return SearchResult(
        tuple(dict.fromkeys(one for each in found for one in each.signatures)),
        tuple(dict.fromkeys(one for each in found for one in each.attached)),
        tuple(dict.fromkeys(one for each in found for one in each.unreadable)),
        tuple(dict.fromkeys(one for each in found for one in each.missing)),
        tuple(dict.fromkeys(one for each in found for one in each.notes)),
    )


def added(before: Requests, after: Requests) -> Requests:
    """What two steps cost, one after the other."""
    return Requests(
        before.total + after.total,
        before.manifest_pulls + after.manifest_pulls,
        before.round_trips + after.round_trips,
    )
