"""From the layers of attestation manifests to what each platform's statements say."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.attestations.reading import Reading, is_envelope, read_envelope, read_statement, unread
from bot.evidence import MissingBlob, StatementEvidence, Unreadable
from bot.evidence.asking import Answer, Gone, aside
from bot.evidence.attestation_manifests import Attestations, Layer
from bot.oci.manifest import Content
from bot.signatures.search import EnvelopeLayer
from bot.unreadable import MissingKind, gone


def without_layers(attestations: Attestations) -> Reading | None:
    """What an attestation manifest that could not be read, or is none, means for its platform."""
    told = StatementEvidence(attestations.manifest, attestations.manifest, "", problem=attestations.problem)
    if attestations.problem:
        return Reading(told)
    return unread(told, attestations.unreadable) if attestations.unreadable else None


async def read_layers(layers: Iterable[Layer], answers: Mapping[str, Answer]) -> list[tuple[Layer, Reading]]:
    """Every layer with what it says, in their order; one after the other, so that memory holds one at a time."""
    return [(layer, await _read(layer, answers)) for layer in layers]


def missing_layers(
    layers: Iterable[Layer], answers: Mapping[str, Answer], names: Mapping[str, str]
) -> list[MissingBlob]:
    """The layers that the registry answered 404 for; `names` are the platforms' by digest."""
    gone = [layer for layer in layers if isinstance(answers.get(layer.descriptor.digest), Gone)]
    return [
        MissingBlob(layer.descriptor.digest, layer.manifest, MissingKind.ATTESTATION, names.get(layer.about, ""))
        for layer in gone
    ]


def sealed(layers: Iterable[Layer], answers: Mapping[str, Answer]) -> tuple[EnvelopeLayer, ...]:
    """The envelopes among the layers, for whoever judges their signatures."""
    found = [(layer, answers.get(layer.descriptor.digest)) for layer in layers]
    return tuple(
        EnvelopeLayer(answer.data, layer.about, layer.manifest, layer.descriptor.media_type)
        for layer, answer in found
        if is_envelope(layer.descriptor.media_type) and isinstance(answer, Content)
    )


async def _read(layer: Layer, answers: Mapping[str, Answer]) -> Reading:
    descriptor = layer.descriptor
    told = StatementEvidence(descriptor.digest, layer.manifest, layer.annotated, layer.annotated, size=descriptor.size)
    if not layer.has_right_type:
        problem = f"attestation {descriptor.digest} has media type {descriptor.media_type!r}, which no statement has"
        return Reading(replace(told, problem=problem))
    match answers.get(descriptor.digest):
        case Content() as content:
            read = read_envelope if is_envelope(descriptor.media_type) else read_statement
            return await aside(content.data, read, content.data, layer.about, told)
        case Unreadable() as failed:
            return unread(told, failed)
        case _:
            return unread(told, gone(f"attestation {descriptor.digest}", descriptor.digest))
