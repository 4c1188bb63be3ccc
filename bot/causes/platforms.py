"""What causes ask of an image's platforms: their provenance, their labels, how to call them."""

from collections.abc import Iterable

from bot.attestations.provenance import Mode, Provenance
from bot.evidence import ImageConfig, PlatformEvidence

NAMED_MAX = 3
"""Platforms that a sentence names one by one."""


def provenances(platforms: Iterable[PlatformEvidence]) -> tuple[Provenance, ...]:
    """The provenance of those platforms that have one that could be read."""
    found = (platform.provenance for platform in platforms)
    return tuple(provenance for provenance in found if isinstance(provenance, Provenance))


def is_unnamed_min(provenance: Provenance) -> bool:
    """BuildKit's min mode, and an empty builder.id: no action of Docker's added anything."""
    return provenance.mode is Mode.MIN and not provenance.builder_id


def is_attested(platform: PlatformEvidence) -> bool:
    """Whether an attestation manifest of the index is tied to it."""
    return bool(platform.attestation_manifests)


def label(platforms: Iterable[PlatformEvidence], name: str) -> str:
    """The first value of that label in the images' configurations, "" when none has it."""
    configs = (platform.config for platform in platforms)
    labels = (dict(config.labels) for config in configs if isinstance(config, ImageConfig))
    return next((value for each in labels if (value := each.get(name))), "")


def named(platforms: Iterable[PlatformEvidence]) -> str:
    """E.g. `linux/amd64 and linux/arm64`, or `5 platforms`."""
    names = [platform.platform for platform in platforms]
    if len(names) > NAMED_MAX:
        return f"{len(names)} platforms"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
