"""What a registry holds: manifests, blobs, tags and who refers to whom, in memory; loaded from OCI layouts.

Used by the fake registry, and by the loader that fills a real one.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
EMPTY = b"{}"
"""The empty config of artifacts (image-spec, manifest.md, "Guidance for an Empty Descriptor")."""

REF_NAME = "org.opencontainers.image.ref.name"
COSIGN_KIND = "kind"  # what `cosign save` writes instead of names


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def encode(document: Mapping[str, Any] | bytes) -> bytes:
    return document if isinstance(document, bytes) else json.dumps(document, separators=(",", ":")).encode()


def descriptor(data: bytes, media_type: str, **more: object) -> dict[str, Any]:
    """A descriptor of those bytes, e.g. for the `layers` of a manifest."""
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data), **more}


class Stored(Struct):
    """A manifest and the type that it was pushed with."""

    data: bytes
    media_type: str


class Repository(Struct):
    """Everything under one name."""

    manifests: dict[str, Stored] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def add_manifest(self, data: bytes, media_type: str = "", *, tag: str = "") -> str:
        digest = digest_of(data)
        self.manifests[digest] = Stored(data, media_type or _media_type(data))
        if tag:
            self.tags[tag] = digest
        return digest

    def add_blob(self, data: bytes) -> str:
        digest = digest_of(data)
        self.blobs[digest] = data
        return digest

    def find(self, target: str) -> tuple[str, Stored] | None:
        digest = self.tags.get(target, target)
        stored = self.manifests.get(digest)
        return None if stored is None else (digest, stored)

    def referrers(self, digest: str) -> list[dict[str, Any]]:
        """Descriptors of the manifests whose subject that is, as the specification's API lists them."""
        return [_referrer(stored) for stored in self.manifests.values() if subject_of(stored.data) == digest]

    def write_fallback(self, digest: str, *, lying: bool = False) -> None:
        """The index under `sha256-<hex>` that clients write where the referrers API is not there.

        `lying`: entries as cosign wrote them through go-containerregistry: the config's type, no annotations.
        """
        entries = self.referrers(digest)
        if lying:
            entries = [{**entry, "artifactType": EMPTY_TYPE, "annotations": None} for entry in entries]
        index = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries})
        self.add_manifest(index, OCI_INDEX, tag=digest.replace(":", "-"))

    def write_fallbacks(self, *, lying: bool = False) -> None:
        """Those of all subjects, where the layout did not bring its own."""
        for subject in {subject_of(stored.data) for stored in self.manifests.values()} - {""}:
            if subject.replace(":", "-") not in self.tags:
                self.write_fallback(subject, lying=lying)


def subject_of(data: bytes) -> str:
    """The digest that a manifest refers to; "" when it refers to nothing."""
    return str((_parsed(data).get("subject") or {}).get("digest", ""))


def load_layout(folder: Path, repository: Repository, *, tag: str = "") -> str:
    """Everything of an OCI layout. Returns the digest of its first entry.

    Tags are the names in index.json (the part after the last colon); the first entry gets `tag` too.
    What `cosign save` wrote gets the tags that cosign would push it under.
    """
    entries = json.loads((folder / "index.json").read_bytes())["manifests"]
    for blob in sorted((folder / "blobs" / "sha256").iterdir()):
        repository.add_blob(blob.read_bytes())
    first: str = entries[0]["digest"]
    for entry in entries:
        _take(repository, entry["digest"], entry.get("mediaType", ""))
        for name in _names(entry, first):
            repository.tags[name] = entry["digest"]
    if tag:
        repository.tags[tag] = first
    return first


def _names(entry: Mapping[str, Any], first: str) -> Iterator[str]:
    annotations = entry.get("annotations") or {}
    if name := annotations.get(REF_NAME):
        yield name.rpartition(":")[2]
    match annotations.get(COSIGN_KIND, "").rpartition("/")[2]:
        case "atts":
            yield first.replace(":", "-") + ".att"
        case "sigs":
            yield first.replace(":", "-") + ".sig"


def _take(repository: Repository, digest: str, media_type: str) -> None:
    """A manifest of the layout and those it names, as far as they are there; they are no blobs."""
    data = repository.blobs.pop(digest, None)
    if data is None:
        return
    repository.add_manifest(data, media_type)
    for child in _parsed(data).get("manifests") or ():
        _take(repository, child["digest"], child.get("mediaType", ""))


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _media_type(data: bytes) -> str:
    document = _parsed(data)
    return str(document.get("mediaType") or (OCI_INDEX if "manifests" in document else OCI_MANIFEST))


def _referrer(stored: Stored) -> dict[str, Any]:
    document = _parsed(stored.data)
    config_type = (document.get("config") or {}).get("mediaType", "")
    return descriptor(
        stored.data,
        stored.media_type,
        artifactType=document.get("artifactType") or config_type,
        annotations=document.get("annotations") or {},
    )
