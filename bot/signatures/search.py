"""The seam between an image's own evidence and what was attached to it afterwards: signatures, bundles, `.att` tags.

`gather` starts the search as soon as the index is known, beside the attestation manifests, and merges what it brings.
"""

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.signatures.discovery import ReferrerListing, Source
from bot.signatures.signature import Layout, Signature
from bot.unreadable import MissingBlob, Unreadable

if TYPE_CHECKING:  # a terminal reads the index before it imports what reads statements
    from bot.attestations.provenance import Provenance
    from bot.attestations.reading import StatementEvidence
    from bot.attestations.sbom import Sbom


class KnownImage(Struct, frozen=True):
    """What is known when the search begins: the index has been read, its children have not."""

    image: Reference  # at its digest
    platforms: tuple[str, ...]  # digests of the runnable platforms' manifests; the image's own for a single manifest
    attestation_manifests: tuple[str, ...] = ()  # digests, whether tied to a platform or not
    linked: tuple[str, ...] = ()  # those of them that are tied to one; they are read without the search
    annotations: tuple[tuple[str, str], ...] = ()  # of the index

    @property
    def digest(self) -> str:
        """The image's own digest, which signatures speak about first."""
        return self.image.digest


class AttachedStatement(Struct, frozen=True):
    """A statement that was attached to a digest. About the index's digest, it counts for every platform.

    Provenance and SBOM only when the statement's subject holds `digest`; else both are None and `statement` tells. A
    plain SBOM is not a statement, so `statement` is None.
    """

    digest: str  # of the index, a platform's manifest or an attestation manifest
    where: str  # "referrer" or "cosign-tag"
    statement: "StatementEvidence | None"
    provenance: "Provenance | Unreadable | None" = None
    sbom: "Sbom | Unreadable | None" = None
    is_of_build: bool = False  # in an attestation manifest that BuildKit wrote for an index
    manifest: str = ""  # digest of the manifest that holds it, "" for what a code host holds
    source: Source | None = None  # how it was found
    layout: Layout | None = None  # of the signature on it; None when it is not signed itself


class SearchResult(Struct, frozen=True):
    """What a search brought. `unreadable` are the places that could not be searched; empty means all were."""

    signatures: tuple[Signature, ...] = ()
    attached: tuple[AttachedStatement, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    missing: tuple[MissingBlob, ...] = ()
    notes: tuple[str, ...] = ()
    listed: tuple[ReferrerListing, ...] = ()  # how the image's own registry lists what refers to it


class EnvelopeLayer(Struct, frozen=True):
    """A DSSE envelope that stood as a layer in an attestation manifest of the index (docker-dsse)."""

    data: bytes
    digest: str  # of the platform's manifest that the attestation manifest speaks about
    manifest: str  # digest of the attestation manifest
    media_type: str


class SignatureSearch(Protocol):
    """Looks for signatures and attached statements about one image."""

    async def search(self, known: KnownImage, registry: Registry) -> SearchResult:
        """Everything that was attached to these digests. Raises nothing: what fails is in `SearchResult.unreadable`."""

    def judge(self, envelopes: tuple[EnvelopeLayer, ...]) -> tuple[Signature, ...]:
        """The signatures on envelopes that gather has come across; at most one verdict for each."""
