"""The third round trip: statements and configurations, put together platform by platform."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from bot.attestations.reading import Reading
from bot.evidence import MissingBlob, PlatformEvidence, Unreadable
from bot.evidence.asking import Answer, Asking, Gone
from bot.evidence.attestation_manifests import Attestations, Layer, read_attestations
from bot.evidence.children import Children
from bot.evidence.configs import SWITCHED_OFF, Config, config_blobs, config_of, with_labels_of
from bot.evidence.disguise import unknown_disguises
from bot.evidence.options import GatherOptions
from bot.evidence.platforms import combine, names
from bot.evidence.readings import LayerReader, Read, missing_layers, sealed, without_layers
from bot.evidence.tree import names_platform
from bot.oci.manifest import Descriptor, Platform
from bot.signatures.search import EnvelopeLayer
from bot.unreadable import MissingKind, gone


class Attested(Struct, frozen=True):
    """All platforms, what of them the registry answered 404 for, and the envelopes that were met."""

    platforms: tuple[PlatformEvidence, ...]
    missing: tuple[MissingBlob, ...]
    unconfirmed: tuple[Unreadable, ...]
    sealed: tuple[EnvelopeLayer, ...]


async def read_platforms(asking: Asking, children: Children, options: GatherOptions) -> Attested:
    """Ask for all statements and configurations at once, and read them."""
    attestations = [_attestations(pointer.descriptor, pointer.about, children) for pointer in children.pointers]
    layers = [layer for attestation in attestations for layer in attestation.layers]
    digests = [child.digest for child in children.runnable]
    strays = [_attestations(pointer.descriptor, "", children) for pointer in children.strays]
    doubtful = [layer for stray in strays for layer in stray.layers if layer.could_run]
    wanted = [(layer.descriptor, layer.limit(options)) for layer in (*layers, *doubtful) if layer.has_right_type]
    needed = [child.digest for child in children.runnable if _needs_config(child, options)]
    config_files = config_blobs(children.answers, needed)
    reader = LayerReader(layers, doubtful, [descriptor.digest for descriptor, _ in config_files], options.readings)
    blobs = await asking.reduced([*wanted, *config_files], reader.reduce)
    kept = {digest: blob.content if isinstance(blob, Read) else blob for digest, blob in blobs.items()}
    whole = {digest: blob for digest, blob in kept.items() if blob is not None}
    configs = {d: await config_of(d, children.answers, whole) for d in needed}
    called = names([(_platform(child, configs), child.digest) for child in children.runnable])
    readings = _readings(attestations, await reader.readings(blobs))
    platforms = [
        with_labels_of(
            configs[digest][1] if digest in configs else SWITCHED_OFF,
            combine(name, digest, readings.get(digest, []), [p.descriptor.digest for p in children.about(digest)]),
        )
        for name, digest in zip(called, digests, strict=True)
    ]
    by_digest = dict(zip(digests, called, strict=True))
    gone = [*_gone(children, by_digest, asking.held.digest), *missing_layers(layers, blobs, by_digest)]
    unknown = [*unknown_disguises([*layers, *doubtful], blobs), *_unread([*attestations, *strays])]
    return Attested(tuple(platforms), tuple(gone), tuple(unknown), sealed(layers, blobs))


def _needs_config(child: Descriptor, options: GatherOptions) -> bool:
    """Whether the configuration is read: a runtime reads it, and it alone names some platforms."""
    return options.config == "always" or not names_platform(child)


def _attestations(child: Descriptor, about: str, children: Children) -> Attestations:
    digest = child.digest
    match children.answers[digest]:
        case Gone():
            return Attestations(digest, about, unreadable=gone(f"attestation manifest {digest}", digest))
        case Unreadable() as unreadable:
            return Attestations(digest, about, unreadable=unreadable)
        case content:
            return read_attestations(content, child, about)


def _unread(attestations: list[Attestations]) -> Iterator[Unreadable]:
    """Attestation manifests of which nobody could see what they hold; those that are gone are told as such."""
    for one in attestations:
        if one.unreadable and not one.unreadable.is_gone:
            yield one.unreadable


def _readings(attestations: list[Attestations], read: list[tuple[Layer, Reading]]) -> dict[str, list[Reading]]:
    """Everything that was read about each platform, by the platform's digest."""
    found: dict[str, list[Reading]] = {}
    for attestation in attestations:
        if reading := without_layers(attestation):
            found.setdefault(attestation.about, []).append(reading)
    for layer, reading in read:
        found.setdefault(layer.about, []).append(reading)
    return found


def _platform(child: Descriptor, configs: Mapping[str, tuple[Platform, Config]]) -> Platform:
    if child.platform is not None and child.platform.known:
        return child.platform
    return configs[child.digest][0] if child.digest in configs else Platform()


def _gone(children: Children, names_by_digest: Mapping[str, str], named_by: str) -> Iterator[MissingBlob]:
    """Manifests that the index names and the registry does not have."""

    def is_gone(answer: Answer | None) -> bool:
        return isinstance(answer, Gone)

    for pointer in children.pointers:
        digest = pointer.descriptor.digest
        if is_gone(children.answers[digest]):
            yield MissingBlob(
                digest, named_by, MissingKind.ATTESTATION_MANIFEST, names_by_digest.get(pointer.about, "")
            )
    for digest, name in names_by_digest.items():
        if is_gone(children.answers.get(digest)):
            yield MissingBlob(digest, named_by, MissingKind.PLATFORM_MANIFEST, name)
