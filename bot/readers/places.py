"""The places of one image that decide what a tool finds: its index, the lists of referrers, its signatures."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from bot.attestations.head import is_provenance_type, is_sbom_type
from bot.attestations.provenance import Provenance
from bot.attestations.reading import StatementEvidence
from bot.attestations.sbom import Sbom
from bot.evidence import Evidence, PlatformEvidence
from bot.oci.referrer_list import ApiRefusal, ListedBy
from bot.readers.forms import EvidenceForm, EvidencePiece, of_attached, of_signature
from bot.readers.reader import EvidenceKind
from bot.signatures.discovery import ReferrerListing
from bot.signatures.docker_hardened.published import is_one_of_docker
from bot.signatures.reason import SignatureReason
from bot.signatures.search import AttachedStatement
from bot.signatures.signature import Layout, Signature, SignatureState

_UNREAD: Final = frozenset({SignatureReason.MALFORMED, SignatureReason.OVER_LIMIT, SignatureReason.ERROR})
"""Why nobody here knows whether other tools take it for a bundle."""

SignedPlace = tuple[EvidenceForm, str, str, str]
"""Form, digest that it is about, manifest, and predicate type."""


@dataclass(frozen=True)
class ImagePlaces:
    """The places of one image that decide what a tool finds."""

    evidence: Evidence
    _listings: dict[tuple[str, str], ReferrerListing] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        told = {(one.about, one.manifest): one for one in self.evidence.listed}
        object.__setattr__(self, "_listings", told)

    def listing(self, about: str, manifest: str) -> ReferrerListing | None:
        """How the registry lists that manifest as a referrer of that digest; None when nobody saw it listed."""
        return self._listings.get((about, manifest))

    def listed_types(self, about: str) -> frozenset[str]:
        """The types of all that the API or the tag lists for that digest."""
        return frozenset(one.artifact_type for one in self.evidence.listed if one.about == about)

    def refusals(self, about: str) -> frozenset[ApiRefusal]:
        """What the registry answered in place of the API's list of that digest, where the tag lists something."""
        return frozenset(one.refusal for one in self.evidence.listed if one.about == about and one.refusal)

    def count(self, about: str) -> int:
        """How many manifests the list that clients ask for names for that digest."""
        return self._counts[about]

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(one.about for one in self.evidence.listed if one.by is not ListedBy.TAG_ALONE)

    @cached_property
    def bundled(self) -> frozenset[str]:
        """The digests for which a Sigstore bundle is listed, good or bad."""
        return self._listed_bundles(is_doubtful=False)

    @cached_property
    def doubtful(self) -> frozenset[str]:
        """The digests for which something is listed that calls itself a bundle, and is not one that we can read."""
        return self._listed_bundles(is_doubtful=True)

    def _listed_bundles(self, *, is_doubtful: bool) -> frozenset[str]:
        bundles = [one for one in self.evidence.signatures if one.layout is Layout.BUNDLE]
        named = [(one.digest, one.manifest) for one in bundles if (one.code in _UNREAD) is is_doubtful]
        found = [self.listing(*pair) for pair in named]
        return frozenset(one.about for one in found if one is not None and one.by is not ListedBy.TAG_ALONE)

    @property
    def is_hardened(self) -> bool:
        """Whether Docker's second registry is one of its places."""
        return is_one_of_docker(self.evidence.image, self.evidence.annotations)

    def is_verified(self, one: EvidencePiece) -> bool:
        """Whether the signature that this statement stands in was verified."""
        return _place(one) in self._verified

    @cached_property
    def _verified(self) -> frozenset[SignedPlace]:
        return signed_places(one for one in self.evidence.signatures if one.state is SignatureState.VALID)

    def platforms_of(self, manifest: str) -> tuple[PlatformEvidence, ...]:
        """The platforms that an attestation manifest of the index is tied to."""
        return tuple(one for one in self.evidence.platforms if manifest in one.attestation_manifests)


def _place(one: EvidencePiece) -> SignedPlace:
    return (one.form, one.about, one.manifest, one.predicate_type)


def signed_places(signatures: Iterable[Signature]) -> frozenset[SignedPlace]:
    """Where the statements are that these signatures are on."""
    return frozenset(_place(of_signature(one)) for one in signatures)


def among(pieces: Iterable[EvidencePiece], places: frozenset[SignedPlace]) -> list[EvidencePiece]:
    """Those that stand in one of the places."""
    return [one for one in pieces if _place(one) in places]


def of_platform(
    places: ImagePlaces, platform: PlatformEvidence, kind: EvidenceKind, *, in_index: bool
) -> Iterator[EvidencePiece]:
    """Where the platform's provenance or SBOM stands: each that counts for it.

    A registry with the referrers API also lists what BuildKit put into the index, where that names its subject; only
    tools that do not look `in_index` need the list.
    """
    evidence = places.evidence
    is_wanted = is_provenance_type if kind is EvidenceKind.PROVENANCE else is_sbom_type
    own = platform.provenance if platform.where == "index" else None
    mode = own.mode if kind is EvidenceKind.PROVENANCE and isinstance(own, Provenance) else None
    for one in platform.statements:
        if one.manifest in platform.attestation_manifests and _counts(one) and is_wanted(one.predicate_type):
            is_listed = not in_index and places.listing(platform.digest, one.manifest) is not None
            form = EvidenceForm.BUILD_REFERRER if is_listed else EvidenceForm.INDEX
            yield EvidencePiece(form, platform.digest, one.manifest, one.predicate_type, one.annotated_type, mode)
    for held in evidence.attached:
        if held.digest in {platform.digest, evidence.digest} and _is_of(kind, held):
            yield of_attached(held)


def _counts(one: StatementEvidence) -> bool:
    return one.was_read and one.subject_matches is True


def _is_of(kind: EvidenceKind, held: AttachedStatement) -> bool:
    if kind is EvidenceKind.PROVENANCE:
        return isinstance(held.provenance, Provenance)
    return isinstance(held.sbom, Sbom)
