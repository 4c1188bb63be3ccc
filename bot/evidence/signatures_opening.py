"""Opening what was found: manifests and layers, each once; what cannot be had is kept as what it is."""

from collections.abc import Iterable
from typing import Final

from bot.errors import MalformedError, NotFoundError, RegistryError
from bot.evidence import MissingBlob, Unreadable
from bot.evidence.asking import unreadable
from bot.evidence.options import ATTESTATION_LAYERS_MAX, GatherOptions
from bot.evidence.signatures_carrier import Item, items
from bot.evidence.signatures_haul import Haul
from bot.evidence.signatures_leads import Lead, Via, at_once
from bot.oci.manifest import Content, Manifest
from bot.oci.reference import Reference
from bot.oci.registry import Registry

ITEMS_MAX: Final = 128
"""Layers that are judged in one search; each may cost some milliseconds of cryptography, and flooding is free."""


CARRIER_MAX: Final = 1024 * 1024
"""Bytes of a manifest that holds signatures; cosign writes certificate and log entry into it, 8 KB for each."""

SEARCH_MAX: Final = 128 * 1024 * 1024
"""Bytes of all layers that one search reads; they are held until all are there."""


async def open_leads(leads: Iterable[Lead], image: Reference, registry: Registry, haul: Haul) -> list[Item]:
    """The manifests, each once, and their layers that mean something."""
    leads = list(leads)
    carriers = dict.fromkeys(lead.carrier for lead in leads)
    haul.round_trips += bool(carriers)
    answers = await at_once(carriers, lambda carrier: _manifest(image.at(carrier), registry))
    opened = dict(zip(carriers, answers, strict=True))
    return [item for lead in leads for item in _items(lead, opened[lead.carrier], haul)]


async def read_items(
    found: list[Item], image: Reference, registry: Registry, options: GatherOptions, haul: Haul
) -> list[tuple[Item, bytes]]:
    """The layers' bytes, each blob once."""
    if len(found) > ITEMS_MAX:
        haul.unreadable.append(Unreadable(f"{len(found)} signatures are there, ITEMS_MAX = {ITEMS_MAX} are judged"))
        found = found[:ITEMS_MAX]
    blobs = _affordable({item.layer.digest: item for item in found}, haul)
    haul.round_trips += bool(blobs)
    answers = await at_once(blobs.values(), lambda item: _blob(item, image, registry, options))
    contents = dict(zip(blobs, answers, strict=True))
    whole: list[tuple[Item, bytes]] = []
    for item in found:
        match contents.get(item.layer.digest):
            case Content() as content:
                whole.append((item, content.data))
            case MissingBlob() as gone:
                haul.lost(gone)
            case Unreadable() as failed:
                haul.unreadable.append(failed)
    return whole


def _affordable(blobs: dict[str, Item], haul: Haul) -> dict[str, Item]:
    """The blobs but for those that would make it more than SEARCH_MAX bytes."""
    kept: dict[str, Item] = {}
    size = 0
    for digest, item in blobs.items():
        if size + item.layer.size <= SEARCH_MAX:
            size += item.layer.size
            kept[digest] = item
    if left := len(blobs) - len(kept):
        haul.unreadable.append(Unreadable(f"{left} signatures were not read: SEARCH_MAX = {SEARCH_MAX} bytes are"))
    return kept


async def _manifest(reference: Reference, registry: Registry) -> Content | MissingBlob | Unreadable:
    try:
        return await registry.manifest(reference, limit=CARRIER_MAX)
    except NotFoundError:
        return MissingBlob(reference.digest, "a tag or a list of referrers", "signature")
    except RegistryError as error:
        return unreadable(error)


async def _blob(
    item: Item, image: Reference, registry: Registry, options: GatherOptions
) -> Content | MissingBlob | Unreadable:
    limit = item.limit(options)
    if item.layer.size > limit:
        return Unreadable(f"signature {item.layer.digest} has {item.layer.size} bytes, our limit is {limit}")
    try:
        return await registry.blob(image, item.layer, limit=limit)
    except NotFoundError:
        return MissingBlob(item.layer.digest, item.carrier, "signature")
    except RegistryError as error:
        return unreadable(error)


def _items(lead: Lead, answer: Content | MissingBlob | Unreadable, haul: Haul) -> Iterable[Item]:
    match answer:
        case MissingBlob():
            haul.lost(answer)
        case Unreadable():
            haul.unreadable.append(answer)
        case Content():
            return _read(lead, answer, haul)
    return ()


def _read(lead: Lead, content: Content, haul: Haul) -> Iterable[Item]:
    """The layers of a carrier; a referrer that names another subject is no referrer of this one."""
    try:
        if lead.via is Via.REFERRER and content.is_index:
            return ()  # a referrer may be one, but no signature is
        manifest = content.read(Manifest)
    except MalformedError as error:
        haul.unreadable.append(Unreadable(str(error)))
        return ()
    if lead.via is Via.REFERRER and (manifest.subject is None or manifest.subject.digest != lead.about):
        haul.notes.append(f"{lead.carrier} is listed as a referrer of {lead.about}, but names another subject")
        return ()
    if len(manifest.layers) > ATTESTATION_LAYERS_MAX:
        what = f"{lead.carrier} has {len(manifest.layers)} layers"
        haul.unreadable.append(Unreadable(f"{what}, ATTESTATION_LAYERS_MAX = {ATTESTATION_LAYERS_MAX} are read"))
    return items(lead, manifest)
