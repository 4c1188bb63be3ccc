"""What the outer form of an image tells: who wrote its document, and whether anything is in it."""

from typing import Final

from bot.causes.platforms import is_attested
from bot.evidence import Evidence, ImageConfig, PlatformEvidence
from bot.oci.manifest import DOCKER_MANIFEST

_DOCKER: Final = 3
"""Spaces. `docker manifest` and the engine's classic store indent by three (distribution's own libraries do);
BuildKit by two, and go-containerregistry, Skopeo and Buildah write one line."""


def is_by_docker(evidence: Evidence) -> bool:
    """Whether `docker manifest` or `docker push` wrote the document that the tag stands for."""
    return evidence.indent == _DOCKER


def is_from_classic_store(evidence: Evidence) -> bool:
    """A single manifest as `docker push` sends it out of the engine's classic store."""
    return not evidence.is_index and is_by_docker(evidence) and evidence.media_type == DOCKER_MANIFEST


def is_unattested(evidence: Evidence) -> bool:
    """Whether nothing at all is attached to it in the index: neither tied to a platform nor lost."""
    return not evidence.unlinked and not evidence.missing and not any(map(is_attested, evidence.platforms))


def has_no_layers(platform: PlatformEvidence) -> bool:
    """Whether the image holds no files: metadata on top of `scratch`."""
    return isinstance(platform.config, ImageConfig) and platform.config.layers == 0
