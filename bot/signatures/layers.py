"""What a manifest that was found holds: which of its layers are signatures, of which kind, about which digest.

A list of referrers may lie about the kind (cosign through some clients writes the config's type), so the manifest
itself is asked, and above all its layers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.attestations.head import is_sbom_type
from bot.attestations.reading import PREDICATE_TYPE, is_envelope
from bot.attestations.statement import DSSE, IN_TOTO
from bot.oci.manifest import Descriptor, Manifest
from bot.signatures.discovery import Candidate, Source
from bot.signatures.media_types import (
    BUNDLE_PREDICATE,
    BUNDLE_TYPE,
    CERTIFICATE,
    NOTATION,
    PREDICATE,
    SIGNATURE,
    SIMPLE_SIGNING,
)
from bot.signatures.options import LAYERS_MAX, SearchLimits
from bot.signatures.signature import Layout

SIMPLE_MAX: Final = 64 * 1024
"""Bytes of a simple signing document; real ones have 250."""

SBOM_TYPES: Final = ("spdx+json", "cyclonedx+json")


class Kind(StrEnum):
    """By which procedure a layer is judged."""

    COSIGN = "cosign"
    BUNDLE = "bundle"
    NOTATION = "notation"
    DOCKER = "docker"
    STATEMENT = "statement"  # plain, signed by another referrer or by nobody
    SBOM = "sbom"  # a plain document


@dataclass(frozen=True, slots=True)
class SignatureLayer:
    """One layer to be read. `announced` is the predicate type that the manifest names, "" when it names none."""

    kind: Kind
    layout: Layout
    about: str
    manifest: str
    layer: Descriptor
    source: Source
    announced: str = ""

    def limit(self, limits: SearchLimits) -> int:
        """How many bytes of it are read; an envelope is a third larger than what it holds."""
        if self.layer.media_type == SIMPLE_SIGNING or self.kind is Kind.NOTATION:
            return SIMPLE_MAX
        largest = limits.sbom_max if is_sbom_type(self.announced) or self.kind is Kind.SBOM else limits.statement_max
        return largest if self.kind in {Kind.STATEMENT, Kind.SBOM} else largest * 4 // 3


def signature_layers(candidate: Candidate, manifest: Manifest) -> Iterator[SignatureLayer]:
    """The layers of a manifest that mean something to us; at most LAYERS_MAX are looked at."""
    artifact_type = manifest.artifact_type or manifest.config.media_type
    for layer in manifest.layers[:LAYERS_MAX]:
        kind = Kind.NOTATION if NOTATION in (artifact_type, manifest.config.media_type) else _kind(candidate, layer)
        if kind is not None:
            announced = _announced(layer, manifest)
            yield SignatureLayer(
                kind, _layout(kind, candidate), candidate.about, candidate.manifest, layer, candidate.source, announced
            )


def _kind(candidate: Candidate, layer: Descriptor) -> Kind | None:
    media_type = layer.media_type
    if media_type.startswith(BUNDLE_TYPE):
        return Kind.BUNDLE
    if media_type == SIMPLE_SIGNING:
        return Kind.COSIGN
    if media_type == DSSE and (
        candidate.source is Source.ATT or not {CERTIFICATE, SIGNATURE}.isdisjoint(layer.annotations)
    ):
        return Kind.COSIGN
    if is_envelope(media_type):
        return Kind.DOCKER
    if media_type == IN_TOTO:
        return Kind.STATEMENT
    return Kind.SBOM if candidate.source is Source.SBOM and media_type.endswith(SBOM_TYPES) else None


def _layout(kind: Kind, candidate: Candidate) -> Layout:
    match kind:
        case Kind.BUNDLE:
            return Layout.BUNDLE
        case Kind.NOTATION:
            return Layout.NOTATION
        case Kind.DOCKER:
            return Layout.DOCKER_DSSE
        case _:
            return Layout.COSIGN_REFERRER if candidate.source is Source.REFERRER else Layout.COSIGN_TAG


def _announced(layer: Descriptor, manifest: Manifest) -> str:
    told = (layer.annotations.get(PREDICATE), layer.annotations.get(PREDICATE_TYPE))
    also = (manifest.annotations.get(BUNDLE_PREDICATE), manifest.annotations.get(PREDICATE_TYPE))
    return next((text for text in (*told, *also) if text), "")
