"""The forms in which the evidence of an image is stored, as far as they matter to the tools that read it."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.attestations.provenance import Mode, Provenance
from bot.signatures.discovery import Source
from bot.signatures.search import AttachedStatement
from bot.signatures.signature import Layout, Signature


class EvidenceForm(StrEnum):
    """How a piece of evidence is stored, as sentences call it."""

    INDEX = "in the image's index"
    SIG_TAG = "under cosign's tag .sig"
    ATT_TAG = "under cosign's tag .att"
    SBOM_TAG = "under cosign's tag .sbom"
    BUNDLE = "in a Sigstore bundle among the referrers"
    COSIGN_REFERRER = "in cosign's older format among the referrers"
    NOTATION = "in a Notation signature among the referrers"
    BUILD_REFERRER = "in BuildKit's manifest among the referrers of the platform"
    PLAIN_REFERRER = "in a referrer that is not a Sigstore bundle"
    DOCKER_DSSE = "inside the attestation manifest, as Docker signs its own images"
    GITHUB_API = "in GitHub's store of attestations"
    DOCKER_REGISTRY = "in Docker's second registry, registry.scout.docker.com"


REFERRERS: Final = frozenset(
    {
        EvidenceForm.BUNDLE,
        EvidenceForm.COSIGN_REFERRER,
        EvidenceForm.NOTATION,
        EvidenceForm.BUILD_REFERRER,
        EvidenceForm.PLAIN_REFERRER,
    }
)
"""Forms that a tool finds by a list of referrers."""

SIGNED: Final = frozenset(
    {EvidenceForm.ATT_TAG, EvidenceForm.BUNDLE, EvidenceForm.COSIGN_REFERRER, EvidenceForm.GITHUB_API}
)
"""Forms in which a statement is within a signature."""

_SIGNATURES: Final = {
    Layout.COSIGN_REFERRER: EvidenceForm.COSIGN_REFERRER,
    Layout.BUNDLE: EvidenceForm.BUNDLE,
    Layout.DOCKER_DSSE: EvidenceForm.DOCKER_DSSE,
    Layout.DHI: EvidenceForm.DOCKER_REGISTRY,
    Layout.NOTATION: EvidenceForm.NOTATION,
    Layout.GITHUB_API: EvidenceForm.GITHUB_API,
}

_BY_SOURCE: Final = {
    Source.SIG: EvidenceForm.SIG_TAG,
    Source.ATT: EvidenceForm.ATT_TAG,
    Source.SBOM: EvidenceForm.SBOM_TAG,
    Source.GITHUB_API: EvidenceForm.GITHUB_API,
    Source.HARDENED: EvidenceForm.DOCKER_REGISTRY,
}


class EvidencePiece(Struct, frozen=True):
    """One piece of evidence: its form, the digest that it is about, and the manifest that holds it.

    `annotated` is the predicate type that stands beside the statement, which some tools read in place of its own.
    `mode` is BuildKit's, of provenance alone.
    """

    form: EvidenceForm
    about: str
    manifest: str = ""
    predicate_type: str = ""
    annotated: str = ""
    mode: Mode | None = None


def of_signature(signature: Signature) -> EvidencePiece:
    """Where a signature stands."""
    if signature.layout is Layout.COSIGN_TAG:
        form = EvidenceForm.ATT_TAG if signature.predicate_type else EvidenceForm.SIG_TAG
    else:
        form = _SIGNATURES[signature.layout]
    return EvidencePiece(form, signature.digest, signature.manifest, signature.predicate_type)


def of_attached(held: AttachedStatement) -> EvidencePiece:
    """Where a statement beside the index stands."""
    told = held.statement
    mode = held.provenance.mode if isinstance(held.provenance, Provenance) else None
    predicate, annotated = (told.predicate_type, told.annotated_type) if told else ("", "")
    return EvidencePiece(_form(held), held.digest, held.manifest, predicate, annotated, mode)


def _form(held: AttachedStatement) -> EvidenceForm:
    if held.source is not None and (form := _BY_SOURCE.get(held.source)):
        return form
    if held.is_of_build:
        return EvidenceForm.BUILD_REFERRER
    if held.layout in {Layout.BUNDLE, Layout.COSIGN_REFERRER}:
        return _SIGNATURES[held.layout]
    return EvidenceForm.PLAIN_REFERRER
