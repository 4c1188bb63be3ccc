"""Kinds of things in a registry that are not images, and what sentences call them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ArtifactKind(StrEnum):
    """Kinds of things in a registry that are not images. A program is never one: it is judged as an image is."""

    HELM_CHART = "helm-chart"
    FLUX = "flux"
    MODEL = "model"
    SBOM = "sbom"
    SIGNATURE = "signature"
    ATTESTATION = "attestation"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A thing that is not an image. `media_type` is the type that says so, in the publisher's own words."""

    kind: ArtifactKind
    media_type: str

    @property
    def name(self) -> str:
        """As a sentence names it, e.g. `a Helm chart`."""
        return NAMES[self.kind]


NAMES: Final = {
    ArtifactKind.HELM_CHART: "a Helm chart",
    ArtifactKind.FLUX: "a Flux artifact",
    ArtifactKind.MODEL: "a machine learning model",
    ArtifactKind.SBOM: "an SBOM",
    ArtifactKind.SIGNATURE: "a signature",
    ArtifactKind.ATTESTATION: "an attestation",
}
