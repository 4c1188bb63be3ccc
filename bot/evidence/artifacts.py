"""What a manifest is that no runtime runs: a Helm chart, a model, an SBOM that was pushed by itself.

Nobody asks provenance of such a thing, so whoever forges its type would escape those rules. What runtimes do decides,
and not the name. podman 4.3 runs a manifest of Docker's types whatever type its configuration has, and refuses one of
OCI's types whose configuration is not of an image's; podman 3 does not look. containerd reads the configuration
whatever its type, and takes the layers by theirs. So a thing counts as an artifact only when all of it says so: a
manifest of OCI's types, layers that are not an image's, and a configuration that does not hold what an image's does.
https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
"""

from typing import Final

from bot.errors import MalformedError
from bot.evidence import Artifact, ArtifactKind
from bot.evidence.runnable import could_run, is_inert, is_layer
from bot.oci.ambiguity import fold
from bot.oci.manifest import OCI_MANIFEST, Content, Manifest

_BY_CONFIG: Final = (
    ("application/vnd.cncf.helm.config.", ArtifactKind.HELM_CHART, ("application/vnd.cncf.helm.chart.",)),
    ("application/vnd.cncf.flux.config.", ArtifactKind.FLUX, ("application/vnd.cncf.flux.content.",)),
    ("application/vnd.cncf.model.config.", ArtifactKind.MODEL, ("application/vnd.cncf.model.",)),
    ("application/vnd.kitops.modelkit.config.", ArtifactKind.MODEL, ("application/vnd.kitops.modelkit.",)),
    ("application/vnd.docker.ai.model.config.", ArtifactKind.MODEL, ("application/vnd.docker.ai.",)),
)
"""How the type of a configuration begins, what that is, and how the types of its layers begin."""

_BY_WORD: Final = (
    ("spdx", ArtifactKind.SBOM),
    ("cyclonedx", ArtifactKind.SBOM),
    ("simplesigning", ArtifactKind.SIGNATURE),
    ("sigstore.bundle", ArtifactKind.SIGNATURE),
    ("cncf.notary.signature", ArtifactKind.SIGNATURE),
    ("in-toto", ArtifactKind.ATTESTATION),
    ("dsse.envelope", ArtifactKind.ATTESTATION),
)
"""For things with the empty configuration: a part of their type that says what they are."""

_BESIDE: Final = frozenset({"application/json", "application/jose+json", "application/cose"})
"""Types of layers that such a thing may have besides; a notation signature has one of them."""

_OF_AN_IMAGE: Final = frozenset({"rootfs", "os", "architecture", "history", "container_config"})
"""Keys of an image's configuration, folded as Go reads them; no chart or model has them."""

_RUNTIME: Final = frozenset({"cmd", "entrypoint", "env", "user", "workingdir", "volumes", "exposedports", "labels"})
"""Keys of `config` in it, which says how a container runs."""


def artifact_in(manifest: Manifest, content: Content) -> Artifact | None:
    """What the manifest calls itself, when no part of it is an image's; None when some runtime may run it.

    The configuration is not looked at here: `is_of_an_image` does, unless it is the empty one.
    """
    types = (content.media_type, manifest.media_type)
    if could_run(manifest) or not all(one in {"", OCI_MANIFEST} for one in types):
        return None
    layers = [layer.media_type.lower() for layer in manifest.layers]
    if is_inert(manifest) and (found := _with_empty_config(manifest)):
        return found
    config = manifest.config.media_type.lower()
    for begins, kind, allowed in _BY_CONFIG:
        if config.startswith(begins) and all(layer.startswith(allowed) for layer in layers):
            return Artifact(kind, manifest.config.media_type)
    return None


def is_of_an_image(config: Content) -> bool:
    """Whether a configuration holds what an image's does, whatever it is called. Raises MalformedError."""
    document = config.parse()
    if not isinstance(document, dict):
        raise MalformedError(f"{config.digest} is not a JSON object")
    runtimes = [member for key, member in document.items() if fold(key) == "config" and isinstance(member, dict)]
    how = {fold(key) for runtime in runtimes for key in runtime}  # Go reads all of them, one over the other
    return not _OF_AN_IMAGE.isdisjoint(map(fold, document)) or not _RUNTIME.isdisjoint(how)


def _with_empty_config(manifest: Manifest) -> Artifact | None:
    """By its own type, else by that of its first layer; a layer of a type that we do not know may be a program."""
    layers = [layer.media_type for layer in manifest.layers]
    said = next((one for one in (manifest.artifact_type, *layers) if one), "")
    kind = _by_word(said)
    is_known = all((_by_word(one) and not is_layer(one)) or one.lower() in _BESIDE for one in layers)
    return Artifact(kind, said) if kind and is_known else None


def _by_word(media_type: str) -> ArtifactKind | None:
    return next((kind for word, kind in _BY_WORD if word in media_type.lower()), None)
