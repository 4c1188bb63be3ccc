"""The layers of a manifest that was found, before and after it is known which of them are signatures.

A list of referrers may lie about the kind (cosign through some clients writes the config's type), so the manifest
itself is asked, and above all its layers.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.attestations.head import is_sbom_type
from bot.attestations.layer_types import PREDICATE_TYPE
from bot.attestations.statement import IN_TOTO
from bot.oci.manifest import Descriptor, Manifest
from bot.signatures.discovery import Candidate, Source
from bot.signatures.media_types import BUNDLE_PREDICATE, PREDICATE, SIMPLE_SIGNING
from bot.signatures.options import LAYERS_MAX, SearchLimits
from bot.signatures.signature import Layout

SIMPLE_MAX: Final = 64 * 1024
"""Bytes of a simple signing document; real ones have 250."""

SBOM_TYPES: Final = ("spdx+json", "cyclonedx+json", "/spdx", "spdx+xml", "cyclonedx+xml")
"""How the types of bare SBOMs end: cosign's, those of ORAS and of others. XML is not read, but it is not absent."""


class LayerKind(StrEnum):
    """What a layer is. Plain documents are signed by another referrer, or by nobody."""

    SIGNATURE = "signature"
    STATEMENT = "statement"
    SBOM = "sbom"


class SignatureLayer(Struct, frozen=True):
    """One layer to be read, about the digest `about`.

    `manifest` is the digest of the manifest that holds it, `artifact_type` and `config_type` what that manifest
    calls itself and `announced` the predicate type that it names, "" when it names none. `layout` is None for
    plain documents.
    """

    about: str
    manifest: str
    descriptor: Descriptor
    source: Source
    artifact_type: str = ""
    config_type: str = ""
    announced: str = ""
    layout: Layout | None = None
    kind: LayerKind = LayerKind.SIGNATURE

    @property
    def media_type(self) -> str:
        """The layer's own."""
        return self.descriptor.media_type

    @property
    def annotations(self) -> Mapping[str, str]:
        """The layer's own."""
        return self.descriptor.annotations

    def limit(self, limits: SearchLimits) -> int:
        """How many bytes of it are read; an envelope is a third larger than what it holds."""
        if self.media_type == SIMPLE_SIGNING or self.layout is Layout.NOTATION:
            return SIMPLE_MAX
        is_sbom = is_sbom_type(self.announced) or self.kind is LayerKind.SBOM
        largest = limits.sbom_max if is_sbom else limits.statement_max
        return largest * 4 // 3 if self.kind is LayerKind.SIGNATURE else largest


def manifest_layers(candidate: Candidate, manifest: Manifest) -> Iterator[SignatureLayer]:
    """The layers of a manifest, whatever they are; at most LAYERS_MAX are looked at."""
    for layer in manifest.layers[:LAYERS_MAX]:
        yield SignatureLayer(
            candidate.about,
            candidate.manifest,
            layer,
            candidate.source,
            manifest.artifact_type or "",
            manifest.config.media_type,
            _announced(layer, manifest),
        )


def plain_kind(layer: SignatureLayer) -> LayerKind | None:
    """What a layer is that is not a signature; None when it is nothing that we read.

    A bare SBOM stands under cosign's `.sbom` tag, or in a manifest that refers to the image; some tools call only that
    manifest by its type.
    """
    if layer.source is Source.SBOM and layer.media_type.endswith(IN_TOTO):
        return LayerKind.SBOM  # some tools call a bare SBOM a statement, too
    if layer.media_type == IN_TOTO:
        return LayerKind.STATEMENT
    is_beside = layer.source is Source.SBOM or layer.source.is_referrer
    return LayerKind.SBOM if is_beside and any(map(_is_sbom, (layer.media_type, layer.artifact_type))) else None


def _is_sbom(media_type: str) -> bool:
    return media_type.partition(";")[0].rstrip().lower().endswith(SBOM_TYPES)


def _announced(layer: Descriptor, manifest: Manifest) -> str:
    told = (layer.annotations.get(PREDICATE), layer.annotations.get(PREDICATE_TYPE))
    also = (manifest.annotations.get(BUNDLE_PREDICATE), manifest.annotations.get(PREDICATE_TYPE))
    return next((text for text in (*told, *also) if text), "")
