"""Referrers of a digest in a layout: a layout has no list of them, so its manifests are read.

A file that could not be read may be one of them, so it is listed for every digest, unless a manifest names it as its
layer or configuration: whoever opens it learns why.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
"""

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from bot.errors import MalformedError, NotFoundError, OverLimitError, RegistryError, TooLargeError
from bot.oci.ambiguity import fold, reading
from bot.oci.bounded import DOCUMENT_VALUES_MAX, count_values
from bot.oci.documents import Annotations, Wire, fit, parse_plain
from bot.oci.layout_files import read_blob, read_file
from bot.oci.manifest import MANIFEST_MAX, OCI_MANIFEST, Descriptor
from bot.oci.reference import is_digest
from bot.oci.referrer_list import Referrer, read_referrers, require_few

LAYOUT_BLOBS_MAX: Final = 20_000
"""Files of a layout that are looked at for subjects."""

_BLANK: Final = b" \t\r\n"

Document = dict[str, Any]


class _Referring(Wire):
    """What of a manifest or index matters here; any of it may lack."""

    media_type: str = Field(default=OCI_MANIFEST, alias="mediaType")
    artifact_type: str = Field(default="", alias="artifactType")
    config: Descriptor | None = None
    annotations: Annotations = Field(default_factory=dict)


class Referrers:
    """The referrers of one layout; its manifests are read once, and again when a folder has changed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders = tuple(root / "blobs" / algorithm for algorithm in ("sha256", "sha512"))
        self._stamp: tuple[int, ...] = ()
        self._by_subject: dict[str, tuple[Referrer, ...]] = {}
        self._unread: tuple[Referrer, ...] = ()

    def by_subject(self, digest: str) -> tuple[Referrer, ...]:
        """Descriptors of the manifests that name the digest as their subject, in the order of their digests.

        After them those of files that could not be read, and of manifests of which it is not known whom they name.
        """
        stamp = tuple(folder.stat().st_mtime_ns if folder.is_dir() else 0 for folder in self._folders)
        if stamp != self._stamp:
            self._scan()
            self._stamp = stamp
        found = (*self._by_subject.get(digest, ()), *(one for one in self._unread if one.digest != digest))
        require_few(len(found), what=f"the referrers of {digest}", host=f"oci:{self._root}")
        return found

    def listed(self, fallback: Descriptor | None) -> tuple[Referrer, ...]:
        """What the fallback tag's index lists; nothing when there is none, or when the tag is not an index."""
        if fallback is None:
            return ()
        content = read_blob(self._root, fallback.digest, limit=MANIFEST_MAX, size=fallback.size)
        with reading(content.digest):
            listed = read_referrers(
                content.data, what=f"the referrers' index {content.digest}", host=f"oci:{self._root}"
            )
        return tuple(listed.values())

    def _scan(self) -> None:
        found: dict[str, list[Referrer]] = {}
        unread: list[Referrer] = []
        contents: set[str] = set()
        for digest, path in self._blobs():
            try:
                data = read_file(self._root, path, limit=MANIFEST_MAX)
            except (NotFoundError, TooLargeError):
                continue  # gone meanwhile, or a layer: no registry takes such a manifest
            except RegistryError:
                unread.append(_unknown(digest, 0))
                continue
            if not _is_whole(digest, data):
                unread.append(_unknown(digest, len(data)))
                continue
            try:
                document = _document(data, digest)
            except OverLimitError:
                unread.append(_unknown(digest, len(data)))
                continue
            contents.update(_contents(document))
            if subject := _subject(document):
                found.setdefault(subject, []).append(_descriptor(document, digest, len(data)))
        self._by_subject = {subject: tuple(referrers) for subject, referrers in found.items()}
        self._unread = tuple(one for one in unread if one.digest not in contents)

    def _blobs(self) -> list[tuple[str, Path]]:
        blobs = [
            (f"{folder.name}:{path.name}", path)
            for folder in self._folders
            if folder.is_dir()
            for path in islice(folder.iterdir(), LAYOUT_BLOBS_MAX + 1)
        ]
        if len(blobs) > LAYOUT_BLOBS_MAX:
            raise TooLargeError(f"oci:{self._root} holds more than {LAYOUT_BLOBS_MAX} blobs", host=f"oci:{self._root}")
        return sorted((digest, path) for digest, path in blobs if is_digest(digest))


def _is_whole(digest: str, data: bytes) -> bool:
    """Whether it is what its name says. Nobody knows what other bytes were."""
    algorithm, _, encoded = digest.partition(":")
    return hashlib.new(algorithm, data).hexdigest() == encoded


def _document(data: bytes, digest: str) -> Document:
    """The JSON object; an empty one for a layer and whatever else is not a manifest.

    Raises OverLimitError when it has more values than a manifest that we read. It is not counted for the check: a
    layout may have thousands of documents that are not those of its image.
    """
    if not data.lstrip(_BLANK).startswith(b"{"):
        return {}
    if count_values(data) > DOCUMENT_VALUES_MAX:
        raise OverLimitError(f"{digest} has more than DOCUMENT_VALUES_MAX = {DOCUMENT_VALUES_MAX} values")
    try:
        return _mapping(parse_plain(data, what=digest))
    except MalformedError:
        return {}


def _contents(document: Document) -> Iterator[str]:
    """What a manifest names as its configuration and its layers: no manifest, so it refers to nothing."""
    layers = document.get("layers")
    for one in (document.get("config"), *(layers if isinstance(layers, list) else ())):
        digest = _mapping(one).get("digest")
        if isinstance(digest, str):
            yield digest


def _subject(document: Document) -> str:
    """The digest that it names as its subject, as a reader without regard to case finds it; "" without one."""
    named = _member(_member(document, "subject"), "digest")
    return named if isinstance(named, str) else ""


def _member(document: object, key: str) -> Any:  # noqa: ANN401 - JSON is anything
    """The member under that key, or else under one that folds to it; None when there is none."""
    if not isinstance(document, dict):
        return None
    return document.get(key) or next((value for name, value in document.items() if fold(name) == key), None)


def _descriptor(document: Document, digest: str, size: int) -> Referrer:
    """The manifest's own descriptor. One that is malformed is a referrer, too: opening it tells what is wrong."""
    try:
        told = fit(document, _Referring, what=digest)
    except MalformedError:
        return _unknown(digest, size)
    config = told.config.media_type if told.config else ""
    return Referrer(
        media_type=told.media_type,
        digest=digest,
        size=size,
        annotations=told.annotations,
        artifact_type=told.artifact_type or config,
    )


def _mapping(value: object) -> Document:
    return value if isinstance(value, dict) else {}


def _unknown(digest: str, size: int) -> Referrer:
    return Referrer(media_type=OCI_MANIFEST, digest=digest, size=size)
