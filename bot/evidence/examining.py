"""Everything below the document that a tag stands for, in as few round trips as its shape allows."""

import asyncio
from functools import partial

from msgspec import Struct

from bot.errors import MalformedError, NotFoundError, RegistryError
from bot.evidence import Evidence, Requests, Unreadable
from bot.evidence.alone import told_apart
from bot.evidence.asking import Asking
from bot.evidence.children import read_children
from bot.evidence.confirming import confirm
from bot.evidence.document import Described, describe, indent
from bot.evidence.options import GatherOptions
from bot.evidence.tree import Tree, itself, read_tree
from bot.oci.reference import Reference
from bot.oci.tally import counting, joined
from bot.signatures.search import EnvelopeLayer, KnownImage, SearchResult, SignatureSearch
from bot.unreadable import UnknownReason, unreadable
from bot.values import replace


async def examine(
    reference: Reference, asking: Asking, options: GatherOptions, search: SignatureSearch | None
) -> Evidence:
    """The evidence from the document that the tag stands for, whatever kind it is. Raises UnavailableError."""
    content = asking.held
    told = indent(content.data)
    bare = Evidence(reference, content.digest, content.media_type, is_index=False, platforms=(), indent=told)
    try:
        found = describe(content, reference.tag)
        if found.is_index:
            tree = await read_tree(asking, is_child=found.is_child)
        else:
            tree = Tree(unsorted=[itself(content)] if found.is_child else [])
    except MalformedError as error:
        again = await _look_again(bare, asking, options)
        return replace(bare, unreadable=(unreadable(error, content.digest),), notes=again.notes)
    bare = replace(
        bare,
        media_type=found.media_type,
        is_index=found.is_index,
        annotations=tuple(sorted(tree.annotations.items())),
        notes=tuple(tree.notes),
    )
    return await _look(bare, tree, asking, options, search, described=found)


async def _look(  # noqa: PLR0913 - all that is known when the document has been read
    bare: Evidence,
    tree: Tree,
    asking: Asking,
    options: GatherOptions,
    search: SignatureSearch | None,
    *,
    described: Described,
) -> Evidence:
    """All below the document; the search for signatures goes on beside it, and so does the second look at the tag."""
    before, last = asking.spent, asyncio.Event()
    async with asyncio.TaskGroup() as group:
        own = group.create_task(_read(bare, tree, asking, options, last))
        looked = group.create_task(confirm(described, asking))
        again = group.create_task(_look_again(bare, asking, options, after=last))
        beside = group.create_task(_search(search, asking, tree, options.search_deadline)) if search else None
    (evidence, envelopes), asked = own.result()
    evidence = replace(evidence, attestation_requests=_sum(before, asked))
    if search is not None and beside is not None:
        found, searched = beside.result()
        if late := [one.digest for one in evidence.platforms if one.digest not in _seen(tree, asking)]:
            from bot.evidence.late_search import search_late  # noqa: PLC0415 - an index that calls platforms otherwise

            one_more = partial(_search_in_time, search, asking, limit=options.search_deadline, alone=True)
            found, more = await search_late(one_more, evidence, late, found)
            searched = _sum(searched, more)
        signatures = await asyncio.to_thread(search.judge, envelopes) if envelopes else ()
        from bot.evidence.merge import merge  # noqa: PLC0415 - as in `_read`

        evidence = merge(evidence, found)
        evidence = replace(evidence, signatures=(*evidence.signatures, *signatures), signature_requests=searched)
    if evidence.missing or again.result().is_gone:
        from bot.evidence.still_there import require_still_there  # noqa: PLC0415 - few images lack something

        await require_still_there(asking)
    known = looked.result()
    return told_apart(
        replace(
            evidence,
            artifact=known.artifact,
            unreadable=(*evidence.unreadable, *known.unreadable),
            notes=(*known.notes, *evidence.notes, *again.result().notes),
        )
    )


async def _read(
    bare: Evidence, tree: Tree, asking: Asking, options: GatherOptions, last: asyncio.Event
) -> tuple[tuple[Evidence, tuple[EnvelopeLayer, ...]], Requests]:
    """All that the image itself holds. `last` is set when the last documents are about to be asked for."""
    with counting() as counts:
        children = await read_children(asking, tree)
        last.set()
        # A terminal imports it while the manifests are on their way (bot/cli/ahead.py).
        from bot.evidence.attested import read_platforms  # noqa: PLC0415

        attested = await read_platforms(asking, children, options)
    evidence = replace(
        bare,
        platforms=attested.platforms,
        unlinked=tuple(children.unlinked),
        missing=(*children.missing, *attested.missing),
        unreadable=tuple(children.unreadable),
        unconfirmed=(*children.unconfirmed, *attested.unconfirmed),
        notes=(*bare.notes, *children.notes),
    )
    return (evidence, attested.sealed), Requests(counts.total, counts.manifest_pulls, counts.round_trips)


async def _search(search: SignatureSearch, asking: Asking, tree: Tree, limit: float) -> tuple[SearchResult, Requests]:
    """What was found within so many seconds, and what finding it cost."""
    platforms = dict.fromkeys(child.digest for child in (*tree.runnable, *tree.unsorted))
    known = KnownImage(
        image=asking.image,
        platforms=tuple(platforms),
        attestation_manifests=tuple(dict.fromkeys(pointer.descriptor.digest for pointer in tree.pointers)),
        linked=tuple(pointer.descriptor.digest for pointer in tree.pointers if pointer.about in platforms),
        annotations=tuple(sorted(tree.annotations.items())),
    )
    alone = {*platforms, *known.attestation_manifests} <= {known.digest}
    found, cost = await _search_in_time(search, asking, known, limit=limit, alone=alone)
    if asking.held.also or not known.digest.startswith("sha256:"):
        from bot.evidence.other_digest import unsearched_digest  # noqa: PLC0415 - nearly all images have one alone

        other = await unsearched_digest(asking)
        found = replace(found, unreadable=(*found.unreadable, *([other] if other else [])))
    return found, cost


async def _search_in_time(
    search: SignatureSearch, asking: Asking, known: KnownImage, *, limit: float, alone: bool
) -> tuple[SearchResult, Requests]:
    """What is found about an image within so many seconds. `alone`: nothing else is asked about."""
    with counting(searching=known.digest, alone=alone) as counts:
        try:
            async with asyncio.timeout(limit):
                found = await search.search(known, asking.registry)
        except TimeoutError:
            why = f"the search for signatures took longer than SEARCH_DEADLINE = {limit:g} s"
            found = SearchResult(unreadable=(Unreadable(why, UnknownReason.UNSEARCHED, passing=True),))
    return found, Requests(counts.total, counts.manifest_pulls, counts.round_trips)


def _seen(tree: Tree, asking: Asking) -> set[str]:
    """The digests whose places were all asked while the children were read: the index alone told of them."""
    return {asking.held.digest, *(child.digest for child in (*tree.runnable, *tree.unsorted))}


class _SecondLook(Struct, frozen=True):
    """What to say of the tag; `is_gone` when the registry answers now that it does not have it."""

    notes: tuple[str, ...] = ()
    is_gone: bool = False


async def _look_again(
    bare: Evidence, asking: Asking, options: GatherOptions, *, after: asyncio.Event | None = None
) -> _SecondLook:
    """Whether the tag still stands for what is read; what is addressed by digest cannot change.

    Asked beside the last documents, and not behind them: it costs no round trip.
    """
    if not options.recheck_tag or not bare.image.tag:
        return _SecondLook()
    if after is not None:
        await after.wait()
        joined()
    try:
        now = await asking.registry.resolve(bare.image.tagged(bare.image.tag))
    except RegistryError as error:
        why = f"whether the tag has moved meanwhile could not be asked: {error}"
        return _SecondLook((why,), is_gone=isinstance(error, NotFoundError))
    if now in {bare.digest, asking.held.also}:
        return _SecondLook()
    return _SecondLook((f"the tag moved while it was read: this is about {bare.digest}, it now stands for {now}",))


def _sum(before: Requests, after: Requests) -> Requests:
    """What two steps cost, one after the other."""
    return Requests(
        before.total + after.total,
        before.manifest_pulls + after.manifest_pulls,
        before.round_trips + after.round_trips,
    )
