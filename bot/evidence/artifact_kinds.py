"""Kinds of things in a registry that are not images, and what sentences call them."""

from enum import StrEnum
from typing import Final

from msgspec import Struct


class ArtifactKind(StrEnum):
    """Kinds of things in a registry that are not images. A program is never one: it is judged as an image is."""

    HELM_CHART = "helm-chart"
    FLUX = "flux"
    MODEL = "model"
    SBOM = "sbom"
    SIGNATURE = "signature"
    ATTESTATION = "attestation"
    REFERRERS = "referrers"


class Artifact(Struct, frozen=True):
    """A thing that is not an image. `media_type` is the type that says so, in the publisher's own words.

    `about` is the digest of the image or platform that it speaks about, "" where it names none.
    """

    kind: ArtifactKind
    media_type: str
    about: str = ""

    @property
    def name(self) -> str:
        """As a sentence names it, e.g. `a Helm chart`."""
        return NAMES[self.kind]

    @property
    def is_evidence(self) -> bool:
        """Whether it only speaks about an image: then nothing that is verified of it says that this image is good."""
        return bool(self.about) or self.kind in _EVIDENCE


NAMES: Final = {
    ArtifactKind.HELM_CHART: "a Helm chart",
    ArtifactKind.FLUX: "a Flux artifact",
    ArtifactKind.MODEL: "a machine learning model",
    ArtifactKind.SBOM: "an SBOM",
    ArtifactKind.SIGNATURE: "a signature",
    ArtifactKind.ATTESTATION: "an attestation",
    ArtifactKind.REFERRERS: "a list of referrers",
}

_EVIDENCE: Final = frozenset({ArtifactKind.SIGNATURE, ArtifactKind.ATTESTATION, ArtifactKind.REFERRERS})
