"""Referrers of a digest in a layout: a layout has no list of them, so its manifests are read.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
"""

from itertools import islice
from pathlib import Path
from typing import Final

from pydantic import Field

from bot.errors import MalformedError, RegistryError, TooLargeError
from bot.oci.layout_files import read_blob, read_file
from bot.oci.manifest import MANIFEST_MAX, OCI_MANIFEST, Annotations, Descriptor, Wire, read
from bot.oci.reference import is_digest
from bot.oci.referrer_list import read_referrers, require_few

LAYOUT_BLOBS_MAX: Final = 20_000
"""Files of a layout that are looked at for subjects."""


class _Referring(Wire):
    """What of a manifest or index matters here; any of it may lack."""

    media_type: str = Field(default=OCI_MANIFEST, alias="mediaType")
    artifact_type: str = Field(default="", alias="artifactType")
    config: Descriptor | None = None
    subject: Descriptor | None = None
    annotations: Annotations = Field(default_factory=dict)


class Referrers:
    """The referrers of one layout; its manifests are read once, and again when a folder has changed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders = tuple(root / "blobs" / algorithm for algorithm in ("sha256", "sha512"))
        self._stamp: tuple[int, ...] = ()
        self._by_subject: dict[str, tuple[Descriptor, ...]] = {}

    def by_subject(self, digest: str) -> tuple[Descriptor, ...]:
        """Descriptors of the manifests that name the digest as their subject, in the order of their digests."""
        stamp = tuple(folder.stat().st_mtime_ns if folder.is_dir() else 0 for folder in self._folders)
        if stamp != self._stamp:
            self._by_subject = self._scan()
            self._stamp = stamp
        found = self._by_subject.get(digest, ())
        require_few(len(found), what=f"the referrers of {digest}", host=f"oci:{self._root}")
        return found

    def listed(self, fallback: Descriptor | None) -> tuple[Descriptor, ...]:
        """What the fallback tag's index lists; nothing when there is none, or when the tag is not an index."""
        if fallback is None:
            return ()
        content = read_blob(self._root, fallback.digest, limit=MANIFEST_MAX, size=fallback.size)
        listed = read_referrers(content.data, what=f"the referrers' index {content.digest}", host=f"oci:{self._root}")
        return tuple(listed.values())

    def _scan(self) -> dict[str, tuple[Descriptor, ...]]:
        found: dict[str, tuple[Descriptor, ...]] = {}
        for digest, path in self._blobs():
            if referring := self._referring(digest, path):
                subject, descriptor = referring
                found[subject] = (*found.get(subject, ()), descriptor)
        return found

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

    def _referring(self, digest: str, path: Path) -> tuple[str, Descriptor] | None:
        """The blob's subject and its own descriptor, when it is a manifest that has one."""
        try:
            data = read_file(self._root, path, limit=MANIFEST_MAX)
            if not data.startswith(b"{") or b'"subject"' not in data:
                return None
            document = read(data, _Referring, what=digest)
        except (RegistryError, MalformedError):
            return None  # a layer, an SBOM, or something else that is not a manifest
        if document.subject is None:
            return None
        return document.subject.digest, _descriptor(digest, len(data), document)


def _descriptor(digest: str, size: int, document: _Referring) -> Descriptor:
    config = document.config.media_type if document.config else ""
    return Descriptor(
        media_type=document.media_type,
        digest=digest,
        size=size,
        annotations=document.annotations,
        artifact_type=document.artifact_type or config,
    )
