"""Whether a manifest could be run, as its own document tells: by its configuration and its layers."""

from typing import Final

from bot.oci.manifest import Manifest

CONFIG_TYPES: Final = frozenset(
    {"application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"},
)
EMPTY_CONFIG: Final = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
"""The digest of `{}` (image-spec, manifest.md#guidance-for-an-empty-descriptor)."""

_LAYER_TYPES: Final = ("application/vnd.oci.image.layer.", "application/vnd.docker.image.rootfs.")
_DEFAULTED: Final = frozenset({"", "application/octet-stream", "application/json", "text/html"})
"""Types of a configuration that Docker takes for an image's, whatever its layers are: old registries gave it those."""

_PROGRAM_TYPES: Final = ("/wasm", "+wasm", ".sif")
"""How the types of layers end that are a program by themselves: runwasi, Spin and Apptainer run them."""

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

    False for a chart, a signature or another artifact: nothing in it is a file system or a program, or the
    configuration is not that of an image.
    """
    types = [layer.media_type.partition(";")[0].strip().lower() for layer in manifest.layers]
    if any(one.endswith(_PROGRAM_TYPES) for one in types):
        return True
    if is_inert(manifest):
        return False
    if any(map(is_layer, types)):
        return True
    is_image = manifest.config.media_type.lower() in {*_DEFAULTED, *CONFIG_TYPES}
    return is_image and not any(layer.media_type.endswith(_SIGNATURE_TYPES) for layer in manifest.layers)
