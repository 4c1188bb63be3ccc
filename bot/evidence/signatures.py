"""The search for signatures: where they may be, what was found there, and whether it holds.

Three levels: the places, all at once and beside the attestation manifests; the manifests that were found; their
layers. An image that nobody signed costs the first level alone, and no counted pull.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.attestations.signature import Layout, Signature
from bot.attestations.trust.docker import verify_docker
from bot.attestations.trust.root import Trust
from bot.attestations.trust.verdict import Place, judge
from bot.errors import MalformedError, NotFoundError, RegistryError
from bot.evidence import MissingBlob, Unreadable
from bot.evidence.asking import unreadable
from bot.evidence.options import GatherOptions
from bot.evidence.search import Attached, Found, Known, Sealed
from bot.evidence.signatures_carrier import Item, items
from bot.evidence.signatures_leads import Lead, Via, at_once, follow, places
from bot.evidence.signatures_verdict import Judged, judge_item
from bot.oci.manifest import Content, Manifest
from bot.oci.reference import Reference
from bot.oci.registry import Registry


@dataclass(slots=True)
class _Haul:
    """What a search has brought so far."""

    judged: list[Judged] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    missing: list[MissingBlob] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def found(self) -> Found:
        signatures = tuple(one.signature for one in self.judged if one.signature is not None)
        attached = tuple(one.attached for one in self.judged if one.attached is not None)
        unreadable = tuple(dict.fromkeys(self.unreadable))
        return Found(_ordered(signatures), attached, unreadable, tuple(self.missing), tuple(dict.fromkeys(self.notes)))


class Signatures:
    """A SignatureSearch. `trust` is asked for only when there is something to judge: reading roots takes time."""

    def __init__(
        self,
        trust: Callable[[], Trust],
        *,
        options: GatherOptions | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._trust = trust
        self._options = options or GatherOptions()
        self._clock = clock

    async def search(self, known: Known, registry: Registry) -> Found:
        """Everything that was attached to the image's digests. Raises nothing: see `Found.unreadable`."""
        haul = _Haul()
        leads = await follow(known.image, registry, places(known.digest, known.platforms, known.attestation_manifests))
        haul.unreadable.extend(leads.unreadable)
        fresh = _fresh(leads.found, known)
        found = await self._open(fresh, known.image, registry, haul)
        await self._judge(found, known.image, registry, haul)
        return haul.found()

    def judge(self, sealed: tuple[Sealed, ...]) -> tuple[Signature, ...]:
        """The verdicts on envelopes that stood inside attestation manifests."""
        if not sealed:
            return ()
        trust = self._trust()
        return tuple(_judge_sealed(one, trust) for one in sealed)

    async def _open(self, leads: Iterable[Lead], image: Reference, registry: Registry, haul: _Haul) -> list[Item]:
        """The manifests, each once, and their layers that mean something."""
        leads = list(leads)
        carriers = dict.fromkeys(lead.carrier for lead in leads)
        answers = await at_once(carriers, lambda carrier: _manifest(image.at(carrier), registry))
        opened = dict(zip(carriers, answers, strict=True))
        return [item for lead in leads for item in _items(lead, opened[lead.carrier], haul)]

    async def _judge(self, found: list[Item], image: Reference, registry: Registry, haul: _Haul) -> None:
        """The layers, each blob once, judged in a thread: cryptography takes time, and a library more."""
        blobs = {item.layer.digest: item for item in found}
        answers = await at_once(blobs.values(), lambda item: self._blob(item, image, registry))
        contents = dict(zip(blobs, answers, strict=True))
        whole: list[tuple[Item, bytes]] = []
        for item in found:
            match contents[item.layer.digest]:
                case Content() as content:
                    whole.append((item, content.data))
                case MissingBlob() as missing:
                    haul.missing.append(missing)
                    haul.unreadable.append(Unreadable(f"signature {item.layer.digest} is gone from the registry"))
                case Unreadable() as failed:
                    haul.unreadable.append(failed)
        if whole:
            haul.judged.extend(await asyncio.to_thread(self._verdicts, whole))

    def _verdicts(self, whole: list[tuple[Item, bytes]]) -> list[Judged]:
        trust, now = self._trust(), self._clock()
        return [judge_item(item, data, trust, now) for item, data in whole]

    async def _blob(self, item: Item, image: Reference, registry: Registry) -> Content | MissingBlob | Unreadable:
        limit = item.limit(self._options)
        if item.layer.size > limit:
            return Unreadable(f"signature {item.layer.digest} has {item.layer.size} bytes, our limit is {limit}")
        try:
            return await registry.blob(image, item.layer, limit=limit)
        except NotFoundError:
            return MissingBlob(item.layer.digest, item.carrier, "signature")
        except RegistryError as error:
            return unreadable(error)


def _fresh(leads: Iterable[Lead], known: Known) -> list[Lead]:
    """Since BuildKit 0.32 attestation manifests are referrers of their platforms; those have been read already."""
    return [lead for lead in leads if lead.carrier not in known.attestation_manifests]


async def _manifest(reference: Reference, registry: Registry) -> Content | MissingBlob | Unreadable:
    try:
        return await registry.manifest(reference)
    except NotFoundError:
        return MissingBlob(reference.digest, "a tag or a list of referrers", "signature")
    except RegistryError as error:
        return unreadable(error)


def _items(lead: Lead, answer: Content | MissingBlob | Unreadable, haul: _Haul) -> Iterable[Item]:
    match answer:
        case MissingBlob():
            haul.missing.append(answer)
            haul.unreadable.append(Unreadable(f"signature {lead.carrier} is gone from the registry"))
        case Unreadable():
            haul.unreadable.append(answer)
        case Content():
            return _read(lead, answer, haul)
    return ()


def _read(lead: Lead, content: Content, haul: _Haul) -> Iterable[Item]:
    """The layers of a carrier; a referrer that names another subject is no referrer of this one."""
    try:
        manifest = content.read(Manifest)
    except MalformedError as error:
        if lead.via is not Via.REFERRER:
            haul.unreadable.append(Unreadable(str(error)))
        return ()
    if lead.via is Via.REFERRER and (manifest.subject is None or manifest.subject.digest != lead.about):
        haul.notes.append(f"{lead.carrier} is listed as a referrer of {lead.about}, but names another subject")
        return ()
    return items(lead, manifest)


def _judge_sealed(sealed: Sealed, trust: Trust) -> Signature:
    place = Place(Layout.DOCKER_DSSE, sealed.digest, sealed.carrier)
    return judge(place, lambda: verify_docker(sealed.data, sealed.digest, trust))


def _ordered(signatures: tuple[Signature, ...]) -> tuple[Signature, ...]:
    """Each once; a signature of the index is often repeated by a later run."""
    return tuple(dict.fromkeys(signatures))
