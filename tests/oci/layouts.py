"""Layouts written for one test: `write_layout(folder, {"1.0": image})`."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

OCI_INDEX: Final = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
REF_NAME: Final = "org.opencontainers.image.ref.name"


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def put(folder: Path, data: bytes) -> str:
    """Write a blob; returns its digest."""
    digest = digest_of(data)
    place = folder / "blobs" / "sha256" / digest.removeprefix("sha256:")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return digest


def put_manifest(folder: Path, **more: object) -> dict[str, Any]:
    """Write a small manifest; returns its descriptor. `more` are further keys, e.g. subject."""
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": put(folder, b"{}"), "size": 2},
        "layers": [],
        **more,
    }
    data = json.dumps(document).encode()
    return {"mediaType": OCI_MANIFEST, "digest": put(folder, data), "size": len(data)}


def write_index(folder: Path, *entries: Mapping[str, Any]) -> Path:
    """Write the layout's index.json; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": entries}))
    return folder


def named(entry: Mapping[str, Any], name: str = "", **annotations: str) -> dict[str, Any]:
    """The descriptor under a name, with further annotations."""
    said = {REF_NAME: name, **annotations} if name else annotations
    return {**entry, "annotations": said}
