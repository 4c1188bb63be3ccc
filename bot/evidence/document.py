"""The document that a tag stands for: an index, a manifest, or something that nobody can run.

https://github.com/opencontainers/image-spec/blob/main/media-types.md
"""

from dataclasses import dataclass

from bot.errors import MalformedError
from bot.evidence.config import CONFIG_TYPES, is_image
from bot.oci.manifest import MANIFEST_TYPES, Content, Manifest, parse


@dataclass(frozen=True, slots=True)
class Described:
    """What the document is. `media_type` is what it says of itself, else what it was sent as."""

    is_index: bool
    media_type: str
    notes: tuple[str, ...] = ()


def describe(content: Content) -> Described:
    """What the document is. Raises MalformedError when it is none that we read."""
    document = parse(content.data, what=content.digest)
    if isinstance(document, dict) and document.get("schemaVersion") == 1:
        raise MalformedError("its manifest is of schema 1, too old to check")
    said = document.get("mediaType") if isinstance(document, dict) else None
    known = said if isinstance(said, str) and said in MANIFEST_TYPES else ""
    notes = _disagreement(content.media_type, known)
    if not content.is_index:
        notes += _other_than_image(content.read(Manifest))
    return Described(content.is_index, known or content.media_type, notes)


def indent(data: bytes) -> int:
    """Spaces at the start of the second line; 0 for JSON in one line. BuildKit writes two, Docker's own tools three."""
    _, _, second = data.partition(b"\n")
    return len(second[:9]) - len(second[:9].lstrip(b" "))


def _disagreement(sent: str, said: str) -> tuple[str, ...]:
    if said and sent and said != sent:
        return (f"media types disagree: sent as {sent}, the document says {said}",)
    return ()


def _other_than_image(manifest: Manifest) -> tuple[str, ...]:
    """What a manifest is that is no image; it may be signed, but there is nothing in it that could run."""
    if is_image(manifest):
        return ()
    kinds = (manifest.artifact_type, manifest.config.media_type, *(layer.media_type for layer in manifest.layers))
    kind = next((kind for kind in kinds if kind and kind not in CONFIG_TYPES), "unknown type")
    return (f"this is no container image but an artifact of type {kind}",)
