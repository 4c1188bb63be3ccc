"""From the layers of attestation manifests to what each platform's statements say."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.attestations.layer_types import is_envelope
from bot.attestations.reading import Reading, StatementEvidence, read_envelope, read_statement, unread
from bot.errors import OverLimitError
from bot.evidence import MissingBlob, Unreadable
from bot.evidence.asking import Gone, aside
from bot.evidence.attestation_manifests import Attestations, Layer
from bot.evidence.disguise import notice_disguise
from bot.oci.bounded import require_few_in_statements
from bot.oci.manifest import Content
from bot.signatures.search import EnvelopeLayer
from bot.unreadable import MissingKind, gone, unreadable
from bot.values import replace

if TYPE_CHECKING:
    from bot.evidence.known_readings import ReadingMemory


def without_layers(attestations: Attestations) -> Reading | None:
    """What an attestation manifest that could not be read, or is none, means for its platform."""
    told = StatementEvidence(attestations.manifest, attestations.manifest, "", problem=attestations.problem)
    if attestations.problem:
        return Reading(told)
    return unread(told, attestations.unreadable) if attestations.unreadable else None


class Read(Struct, frozen=True):
    """A blob that was there and has been read; its bytes are gone. `content` where somebody still needs them."""

    content: Content | None = None


Blob = Read | Gone | Unreadable


class LayerReader:
    """Reads the layers with statements, each as soon as its bytes are there, and then lets these go.

    Envelopes are kept, for their signatures. One layer is read at a time: as a document in memory a blob takes ten
    times its bytes.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        doubtful: Iterable[Layer],
        kept: Iterable[str],
        memory: "ReadingMemory | None" = None,
    ) -> None:
        """`doubtful` layers are not read: it is only seen whether they are text. `kept`: digests of other blobs.

        `memory`: what was read before.
        """
        self._memory = memory
        self._layers = layers
        self._doubtful = tuple(doubtful)
        self._kept = frozenset(kept)
        self._readings: dict[int, Reading] = {}  # by the layer's place
        self._one = asyncio.Lock()

    async def reduce(self, digest: str, content: Content) -> Read:
        """What is kept of a blob. Raises nothing."""
        own = [(place, layer) for place, layer in enumerate(self._layers) if layer.descriptor.digest == digest]
        doubtful = [layer for layer in self._doubtful if layer.descriptor.digest == digest]
        async with self._one:
            for layer in (*(layer for _, layer in own), *doubtful):
                notice_disguise(layer, content)
            for place, layer in own:
                self._readings[place] = await _read(layer, content, self._memory)
        is_kept = digest in self._kept or any(is_envelope(layer.descriptor.media_type) for _, layer in own)
        return Read(content if is_kept else None)

    async def readings(self, answers: Mapping[str, Blob]) -> list[tuple[Layer, Reading]]:
        """Every layer with what it says, in their order."""
        return [
            (layer, self._readings.get(place) or await _read(layer, answers.get(layer.descriptor.digest)))
            for place, layer in enumerate(self._layers)
        ]


def missing_layers(layers: Iterable[Layer], answers: Mapping[str, Blob], names: Mapping[str, str]) -> list[MissingBlob]:
    """The layers that the registry answered 404 for; `names` are the platforms' by digest."""
    gone = [layer for layer in layers if isinstance(answers.get(layer.descriptor.digest), Gone)]
    return [
        MissingBlob(layer.descriptor.digest, layer.manifest, MissingKind.ATTESTATION, names.get(layer.about, ""))
        for layer in gone
    ]


def sealed(layers: Iterable[Layer], answers: Mapping[str, Blob]) -> tuple[EnvelopeLayer, ...]:
    """The envelopes among the layers, for whoever judges their signatures."""
    found = [(layer, answers.get(layer.descriptor.digest)) for layer in layers]
    return tuple(
        EnvelopeLayer(answer.content.data, layer.about, layer.manifest, layer.descriptor.media_type)
        for layer, answer in found
        if is_envelope(layer.descriptor.media_type) and isinstance(answer, Read) and answer.content is not None
    )


async def _read(layer: Layer, answer: Content | Blob | None, memory: "ReadingMemory | None" = None) -> Reading:
    descriptor = layer.descriptor
    told = StatementEvidence(descriptor.digest, layer.manifest, layer.annotated, layer.annotated, size=descriptor.size)
    if not layer.has_right_type:
        problem = f"attestation {descriptor.digest} has media type {descriptor.media_type!r}, which no statement has"
        return Reading(replace(told, problem=problem))
    match answer:
        case Content() as content:
            try:  # before the memory is asked: other checks may read the same statement
                require_few_in_statements(content.data)
            except OverLimitError as error:
                return unread(told, unreadable(error, descriptor.digest))
            sealed = is_envelope(descriptor.media_type)
            read = read_envelope if sealed else read_statement
            if memory is None:
                return await aside(content.data, read, content.data, layer.about, told)
            return await memory.once(
                (content.digest, layer.about, told, sealed),
                len(content.data),
                lambda: aside(content.data, read, content.data, layer.about, told),
            )
        case Unreadable() as failed:
            return unread(told, failed)
        case _:
            return unread(told, gone(f"attestation {descriptor.digest}", descriptor.digest))
