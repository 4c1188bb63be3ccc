"""Whether a manifest could be run, as its own document tells: by its configuration and its layers."""

from typing import Final

from bot.oci.manifest import Manifest

CONFIG_TYPES: Final = frozenset(
    {"application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"},
)
EMPTY_CONFIG: Final = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
"""The digest of `{}` (image-spec, manifest.md#guidance-for-an-empty-descriptor)."""

_LAYER_TYPES: Final = ("application/vnd.oci.image.layer.", "application/vnd.docker.image.rootfs.")
_SIGNATURE_TYPES: Final = (
    "simplesigning.v1+json",
    "dsse.envelope.v1+json",
    "in-toto+json",
    "spdx+json",
    "cyclonedx+json",
)
"""What cosign stores under a configuration of the image type."""


def is_layer(media_type: str) -> bool:
    """Whether runtimes take a layer of that type for a part of the file system."""
    return not media_type or media_type.lower().startswith(_LAYER_TYPES)


def is_inert(manifest: Manifest) -> bool:
    """Whether its configuration is the empty one, by type and by digest: no runtime makes a container of that.

    BuildKit before 0.32 gave attestation manifests the configuration of an image, which names their layers.
    """
    config = manifest.config
    return config.digest == EMPTY_CONFIG and config.media_type.lower() not in {"", *CONFIG_TYPES}


def could_run(manifest: Manifest) -> bool:
    """Whether some runtime could run it, whatever artifact it calls itself; runtimes do not read `artifactType`.

    False for a chart, a signature or another artifact: nothing in it is a file system, or the configuration is not
    that of an image.
    """
    if is_inert(manifest):
        return False
    if any(is_layer(layer.media_type) for layer in manifest.layers):
        return True
    is_image = manifest.config.media_type.lower() in {"", *CONFIG_TYPES}
    return is_image and not any(layer.media_type.endswith(_SIGNATURE_TYPES) for layer in manifest.layers)
