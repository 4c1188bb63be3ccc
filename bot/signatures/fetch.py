"""Opening what was found: manifests and layers, each once; what cannot be had is kept as what it is."""

from collections.abc import Iterable
from typing import Final

from bot.errors import MalformedError, NotFoundError, RegistryError
from bot.oci.manifest import Content, Manifest
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.signatures.discovery import SIGNATURES_MANIFEST_MAX, Candidate, at_once
from bot.signatures.layers import SignatureLayer, manifest_layers
from bot.signatures.layouts import recognise
from bot.signatures.options import LAYERS_MAX, SearchLimits
from bot.signatures.result import Collector
from bot.unreadable import MissingBlob, MissingKind, Unreadable, over_limit, unreadable

JUDGED_MAX: Final = 128
"""Layers that are judged in one search; each may cost some milliseconds of cryptography, and flooding is free."""

SEARCH_MAX: Final = 128 * 1024 * 1024
"""Bytes of all layers that one search reads; they are held until all are there."""


async def open_candidates(
    candidates: Iterable[Candidate], image: Reference, registry: Registry, collector: Collector
) -> list[SignatureLayer]:
    """The manifests, each once, and their layers that mean something."""
    candidates = list(candidates)
    opened: dict[str, Content | MissingBlob | Unreadable] = {
        candidate.manifest: candidate.content for candidate in candidates if candidate.content is not None
    }
    closed = dict.fromkeys(candidate.manifest for candidate in candidates if candidate.manifest not in opened)
    answers = await at_once(closed, lambda manifest: _manifest(image.at(manifest), registry))
    opened |= zip(closed, answers, strict=True)
    return [layer for candidate in candidates for layer in _layers(candidate, opened[candidate.manifest], collector)]


async def read_layers(
    found: list[SignatureLayer], image: Reference, registry: Registry, limits: SearchLimits, collector: Collector
) -> list[tuple[SignatureLayer, bytes]]:
    """The layers' bytes, each blob once."""
    if len(found) > JUDGED_MAX:
        collector.unreadable.append(
            over_limit(f"{len(found)} signatures are there, JUDGED_MAX = {JUDGED_MAX} are judged")
        )
        found = found[:JUDGED_MAX]
    blobs = _affordable({layer.descriptor.digest: layer for layer in found}, collector)
    answers = await at_once(blobs.values(), lambda layer: _blob(layer, image, registry, limits))
    contents = dict(zip(blobs, answers, strict=True))
    whole: list[tuple[SignatureLayer, bytes]] = []
    for layer in found:
        match contents.get(layer.descriptor.digest):
            case Content() as content:
                whole.append((layer, content.data))
            case MissingBlob() as gone:
                collector.lost(gone)
            case Unreadable() as failed:
                collector.unreadable.append(failed)
    return whole


def _affordable(blobs: dict[str, SignatureLayer], collector: Collector) -> dict[str, SignatureLayer]:
    """The blobs but for those that would make it more than SEARCH_MAX bytes."""
    kept: dict[str, SignatureLayer] = {}
    size = 0
    for digest, layer in blobs.items():
        if size + layer.descriptor.size <= SEARCH_MAX:
            size += layer.descriptor.size
            kept[digest] = layer
    if left := len(blobs) - len(kept):
        collector.unreadable.append(over_limit(f"{left} signatures were not read: SEARCH_MAX = {SEARCH_MAX} bytes are"))
    return kept


async def _manifest(reference: Reference, registry: Registry) -> Content | MissingBlob | Unreadable:
    try:
        return await registry.manifest(reference, limit=SIGNATURES_MANIFEST_MAX)
    except NotFoundError:
        return MissingBlob(reference.digest, "a tag or a list of referrers", MissingKind.SIGNATURE)
    except RegistryError as error:
        return unreadable(error)


async def _blob(
    layer: SignatureLayer, image: Reference, registry: Registry, limits: SearchLimits
) -> Content | MissingBlob | Unreadable:
    limit = layer.limit(limits)
    if layer.descriptor.size > limit:
        why = f"signature {layer.descriptor.digest} has {layer.descriptor.size} bytes, our limit is {limit}"
        return over_limit(why, layer.descriptor.digest)
    try:
        return await registry.blob(image, layer.descriptor, limit=limit)
    except NotFoundError:
        return MissingBlob(layer.descriptor.digest, layer.manifest, MissingKind.SIGNATURE)
    except RegistryError as error:
        return unreadable(error)


def _layers(
    candidate: Candidate, answer: Content | MissingBlob | Unreadable, collector: Collector
) -> Iterable[SignatureLayer]:
    match answer:
        case MissingBlob():
            collector.lost(answer)
        case Unreadable():
            collector.unreadable.append(answer)
        case Content():
            return _read(candidate, answer, collector)
    return ()


def _read(candidate: Candidate, content: Content, collector: Collector) -> Iterable[SignatureLayer]:
    """The layers of a manifest; a referrer that names another subject is not a referrer of this one."""
    try:
        if candidate.source.is_referrer and content.is_index:
            return ()  # a referrer may be one, but no signature is
        manifest = content.read(Manifest)
    except MalformedError as error:
        collector.unreadable.append(unreadable(error, candidate.manifest))
        return ()
    if candidate.source.is_referrer and (manifest.subject is None or manifest.subject.digest != candidate.about):
        collector.notes.append(
            f"{candidate.manifest} is listed as a referrer of {candidate.about}, but names another subject"
        )
        return ()
    if len(manifest.layers) > LAYERS_MAX:
        what = f"{candidate.manifest} has {len(manifest.layers)} layers"
        collector.unreadable.append(over_limit(f"{what}, LAYERS_MAX = {LAYERS_MAX} are read", candidate.manifest))
    layers = map(recognise, manifest_layers(candidate, manifest))
    return [layer for layer in layers if layer is not None]
