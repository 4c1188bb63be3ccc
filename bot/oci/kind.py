"""Whether a document is an index or a manifest: by its shape, and by everything that claims to know.

Runtimes decide by different witnesses: the header that the registry sends, the descriptor in the index above, the
`mediaType` in the body, or the keys that stand there. Where these disagree, two runtimes run two images
(CVE-2021-41190).
https://github.com/opencontainers/image-spec/blob/main/image-index.md
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.errors import MalformedError
from bot.oci.ambiguity import Twofold, fold, notice, reading
from bot.oci.manifest import DOCKER_INDEX, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, Content, Manifest


class DocumentKind(StrEnum):
    """The kinds of documents that stand under a tag."""

    INDEX = "index"
    MANIFEST = "manifest"
    SCHEMA_1 = "schema 1 manifest"


SCHEMA: Final = 2
"""The only schemaVersion that there is since Docker's schema 1; Go reads it as an integer, or not at all."""

_BY_TYPE: Final = {
    OCI_INDEX: DocumentKind.INDEX,
    DOCKER_INDEX: DocumentKind.INDEX,
    OCI_MANIFEST: DocumentKind.MANIFEST,
    DOCKER_MANIFEST: DocumentKind.MANIFEST,
    "application/vnd.docker.distribution.manifest.v1+json": DocumentKind.SCHEMA_1,
    "application/vnd.docker.distribution.manifest.v1+prettyjws": DocumentKind.SCHEMA_1,
}

_BY_KEY: Final = {
    "manifests": DocumentKind.INDEX,
    "layers": DocumentKind.MANIFEST,
    "config": DocumentKind.MANIFEST,
    "fslayers": DocumentKind.SCHEMA_1,
    "history": DocumentKind.SCHEMA_1,
}
"""By folded keys of the document; containerd refuses one that has keys of two kinds, whatever stands under them."""


class Opened(Struct, frozen=True):
    """What a document can be read as: both only when it is ambiguous. `said` is the type that it names itself."""

    is_index: bool
    is_manifest: bool
    said: str = ""


def kind_of_type(media_type: str) -> DocumentKind | None:
    """The kind that a media type stands for; None for all others. Case and parameters do not matter."""
    return _BY_TYPE.get(media_type.partition(";")[0].strip().lower())


def open_document(content: Content, described: str = "") -> Opened:
    """What the document can be read as; every contradiction is noted. `described` is the descriptor's media type.

    Raises MalformedError when it is not a JSON object, or one of schema 1 alone.
    """
    document = content.parse()
    if not isinstance(document, dict):
        raise MalformedError(f"{content.digest} is not a JSON object")
    own = document.get("mediaType")
    said = own if isinstance(own, str) else ""
    shapes = {kind: key for key in document if (kind := _BY_KEY.get(fold(key)))}
    claims = {where: kind for where, text in _claims(content, said, described) if (kind := kind_of_type(text))}
    with reading(content.digest):
        if len(shapes) > 1:
            notice(Twofold.INDEX_AND_MANIFEST, next(iter(shapes.values())), " and ".join(sorted(shapes)))
        elif len({*shapes, *claims.values()}) > 1:
            notice(Twofold.MEDIA_TYPES, "mediaType", _told(shapes, claims))
    kinds = set(shapes) or set(claims.values())
    version = document.get("schemaVersion")
    if kinds == {DocumentKind.SCHEMA_1} or version == 1:
        raise MalformedError("its manifest is of schema 1, too old to check")
    if version is not None and (type(version) is not int or version != SCHEMA):
        raise MalformedError(f"{content.digest} has a schemaVersion other than {SCHEMA}")
    return Opened(DocumentKind.INDEX in kinds, DocumentKind.MANIFEST in kinds or not kinds, said)


def read_manifest(content: Content) -> Manifest:
    """The document as a manifest; every contradiction is noted. Raises MalformedError."""
    open_document(content)
    return content.read(Manifest)


def _claims(content: Content, said: str, described: str) -> tuple[tuple[str, str], ...]:
    return (("the header", content.media_type), ("its mediaType", said), ("its descriptor", described))


def _told(shapes: dict[DocumentKind, str], claims: dict[str, DocumentKind]) -> str:
    parts = [f"{where} says {kind}" for where, kind in claims.items()]
    return ", ".join([*parts, *(f"its keys are those of {_article(kind)} {kind}" for kind in shapes)])


def _article(kind: DocumentKind) -> str:
    return "an" if kind is DocumentKind.INDEX else "a"
