"""The attestation manifests of an image: which layers hold statements, and about which platform.

https://docs.docker.com/build/metadata/attestations/attestation-storage/
"""

from msgspec import Struct

from bot.attestations.head import is_sbom_type
from bot.attestations.layer_types import ATTESTATION_MANIFEST, PREDICATE_TYPE, is_envelope, is_statement
from bot.errors import MalformedError, OverLimitError
from bot.evidence import Unreadable
from bot.evidence.options import ATTESTATION_LAYERS_MAX, GatherOptions, Limit
from bot.evidence.runnable import could_run, is_inert, is_layer
from bot.oci.ambiguity import Twofold, notice, reading
from bot.oci.kind import read_manifest
from bot.oci.manifest import Content, Descriptor, Manifest
from bot.unreadable import over_limit, unreadable
from bot.values import replace


class Layer(Struct, frozen=True):
    """One layer that should hold a statement about the manifest `about`."""

    descriptor: Descriptor
    manifest: str  # digest of the attestation manifest
    about: str
    annotated: str  # its predicate type by the annotation, "" when there is none
    could_run: bool = False  # some runtime may take its manifest for an image: only the bytes tell that it is not one

    @property
    def has_right_type(self) -> bool:
        """Whether its media type is one of a statement."""
        return is_statement(self.descriptor.media_type)

    def limit(self, options: GatherOptions) -> Limit:
        """How many bytes of it are read; an envelope is a third larger than what it holds."""
        sbom = Limit(options.sbom_max, "PROVENANCE_SBOM_MAX")
        limit = sbom if is_sbom_type(self.annotated) else Limit(options.statement_max, "PROVENANCE_STATEMENT_MAX")
        return replace(limit, bytes=limit.bytes * 4 // 3) if is_envelope(self.descriptor.media_type) else limit


class Attestations(Struct, frozen=True):
    """One attestation manifest: its layers, or why they are not known. `problem` when it is not a manifest."""

    manifest: str
    about: str
    layers: tuple[Layer, ...] = ()
    unreadable: Unreadable | None = None
    problem: str = ""


def read_attestations(content: Content, child: Descriptor, about: str) -> Attestations:
    """The layers of an attestation manifest that is said to be about that platform. Raises nothing."""
    try:
        manifest = read_manifest(content)
    except OverLimitError as error:
        return Attestations(content.digest, about, unreadable=unreadable(error, content.digest))
    except MalformedError as error:
        return Attestations(content.digest, about, problem=str(error))
    if len(manifest.layers) > ATTESTATION_LAYERS_MAX:
        why = f"{content.digest} has {len(manifest.layers)} layers, ATTESTATION_LAYERS_MAX is {ATTESTATION_LAYERS_MAX}"
        return Attestations(content.digest, about, unreadable=over_limit(why, content.digest))
    layers = {layer.digest: layer for layer in manifest.layers if _is_told(layer)}
    _notice_contradictions(content.digest, manifest, layers)
    could_run = not is_inert(manifest) or is_selectable(child)
    read = [
        Layer(layer, content.digest, about, layer.annotations.get(PREDICATE_TYPE, ""), could_run)
        for layer in layers.values()
    ]
    return Attestations(content.digest, about, tuple(read))


def _notice_contradictions(digest: str, manifest: Manifest, layers: dict[str, Descriptor]) -> None:
    """Tell of a layer that the manifest names several times, and each time as something else."""
    for layer in manifest.layers:
        if layer.digest in layers and layer != layers[layer.digest]:
            with reading(digest):
                notice(Twofold.DESCRIPTORS, "layers", layer.digest)


def is_selectable(child: Descriptor) -> bool:
    """Whether runtimes may choose that child of an index, whatever it is; BuildKit calls its platform unknown."""
    return child.platform is None or not child.platform.is_none


def is_attesting(manifest: Manifest, child: Descriptor) -> bool:
    """Whether the manifest is an attestation manifest by its own words, and nothing that a runtime could run.

    Either its configuration is the empty one and runtimes do not choose it, or every layer is called a statement; then
    `disguise.py` looks at them. Older runtimes unpack an image without a configuration, too.
    """
    kinds = [layer.media_type for layer in manifest.layers]
    if not (manifest.artifact_type == ATTESTATION_MANIFEST or any(map(is_statement, kinds))):
        return False
    if is_inert(manifest) and not is_selectable(child):
        return not (any(map(is_layer, kinds)) or could_run(manifest))
    return bool(kinds) and all(map(is_statement, kinds))


def _is_told(layer: Descriptor) -> bool:
    """A statement by its type, or one by its annotation; all other layers are to be ignored."""
    return is_statement(layer.media_type) or PREDICATE_TYPE in layer.annotations
