"""Which program built a platform's image, by the last step of its history and by labels that the program leaves.

The last step counts, and history before labels: an image from another one inherits that one's labels and first steps.
UBI images, for one, carry `io.buildah.version` into everything that is built on them.
"""

from enum import StrEnum
from typing import Final

from bot.evidence import ImageConfig, PlatformEvidence


class Builder(StrEnum):
    """A program that makes images; the value is how people call it."""

    BUILDKIT = "BuildKit"
    CLASSIC = "Docker's classic builder"
    BUILDPACKS = "Cloud Native Buildpacks"
    JIB = "Jib"
    QUARKUS = "Quarkus (with Jib)"
    KANIKO = "kaniko"
    BUILDAH = "Buildah"
    KO = "ko"
    BAZEL = "Bazel"
    APKO = "apko"


_BY_AUTHOR: Final = {
    "kaniko": Builder.KANIKO,
    "ko": Builder.KO,
    "Jib": Builder.JIB,
    "Bazel": Builder.BAZEL,
    "apko": Builder.APKO,
}
_BY_LABEL: Final = (("io.buildpacks.", Builder.BUILDPACKS), ("io.buildah.version", Builder.BUILDAH))
_CLASSIC: Final = "/bin/sh -c #(nop)"


def builder_of(platform: PlatformEvidence) -> Builder | None:
    """The program, or None when the configuration was not read or does not tell."""
    config = platform.config
    if not isinstance(config, ImageConfig):
        return None
    created_by, comment, author = config.history[-1] if config.history else ("", "", "")
    if comment.startswith("buildkit."):
        return Builder.BUILDKIT
    if author == "Jib" and created_by.lower().startswith("quarkus"):
        return Builder.QUARKUS
    if author in _BY_AUTHOR:
        return _BY_AUTHOR[author]
    names = [name for name, _ in config.labels]
    by_label = (builder for prefix, builder in _BY_LABEL if any(name.startswith(prefix) for name in names))
    return next(by_label, Builder.CLASSIC if created_by.startswith(_CLASSIC) else None)
