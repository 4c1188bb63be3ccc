"""The document that a tag stands for: an index, a manifest, or something that nobody can run.

https://github.com/opencontainers/image-spec/blob/main/media-types.md
"""

from msgspec import Struct

from bot.evidence import Artifact
from bot.evidence.alone import evidence_in
from bot.evidence.artifacts import artifact_in
from bot.evidence.attestation_manifests import is_attesting
from bot.evidence.runnable import CONFIG_TYPES, could_run
from bot.evidence.tree import itself
from bot.oci.kind import open_document
from bot.oci.manifest import MANIFEST_TYPES, Content, Descriptor, Manifest


class Described(Struct, frozen=True):
    """What the document is. `media_type` is what it says of itself, else what it was sent as.

    `is_child` when the document itself may be an image: a manifest, or an index that can be read as one. `artifact` is
    what it calls itself when it is not an image, and `config` its configuration, which may show that it is one.
    """

    is_index: bool
    is_child: bool
    media_type: str
    notes: tuple[str, ...] = ()
    artifact: Artifact | None = None
    config: Descriptor | None = None


def describe(content: Content, tag: str = "") -> Described:
    """What the document under that tag is. Raises MalformedError when it is none that we read."""
    opened = open_document(content)
    known = opened.said if opened.said in MANIFEST_TYPES else ""
    notes = _disagreement(content.media_type, known)
    media_type = known or content.media_type
    if not opened.is_manifest or opened.is_index:
        return Described(opened.is_index, opened.is_manifest, media_type, notes)
    manifest = content.read(Manifest)
    attests = is_attesting(manifest, itself(content))
    if could_run(manifest) and not attests:
        return Described(is_index=False, is_child=True, media_type=media_type, notes=notes)
    notes += (_told(manifest),)
    if found := evidence_in(manifest, tag, attests=attests):
        # A platform's attestation manifest stays a child, so that somebody looks whether its layers are statements.
        return Described(False, attests, media_type, notes, found, manifest.config)  # noqa: FBT003
    artifact = artifact_in(manifest, content)
    return Described(False, False, media_type, notes, artifact, manifest.config)  # noqa: FBT003


def indent(data: bytes) -> int:
    """Spaces at the start of the second line; 0 for JSON in one line. BuildKit writes two, Docker's own tools three."""
    _, _, second = data.partition(b"\n")
    return len(second[:9]) - len(second[:9].lstrip(b" "))


def _disagreement(sent: str, said: str) -> tuple[str, ...]:
    if said and sent and said != sent:
        return (f"media types disagree: sent as {sent}, the document says {said}",)
    return ()


def _told(manifest: Manifest) -> str:
    """What a manifest is that is not an image; it may be signed, but there is nothing in it that could run."""
    kinds = (manifest.artifact_type, manifest.config.media_type, *(layer.media_type for layer in manifest.layers))
    kind = next((kind for kind in kinds if kind and kind not in CONFIG_TYPES), "unknown type")
    return f"this is not a container image but an artifact of type {kind}"
