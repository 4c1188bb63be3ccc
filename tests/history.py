"""Layouts with a tag, one for each release, made of real images, as an image's history was (microcks.md, section 5)."""

import json
import shutil
from pathlib import Path
from typing import Final

from tests.conftest import ROOT, SAMPLES

FIXTURES: Final = ROOT / "tests" / "fixtures" / "images"
ROOT_FILE: Final = ROOT / "tests" / "fixtures" / "keys" / "trusted_root.json"
"""The root that the signed fixtures were signed under."""

TAG: Final = "org.opencontainers.image.ref.name"

MICROCKS: Final = {
    "1.10.1-fix-1": "none_2p_docker",  # buildx with --provenance=false, no SBOM, unsigned
    "1.11.0": "max-sbom_2p_dflt",  # the first one in max mode, with an SBOM
    "1.11.1": "sig-keyless",  # max mode, signed as cosign 2 does; the SBOM is lost
    "1.11.2": "sig-bundle-gh",  # signed as a bundle
    "1.11.3": "min_2p_dflt",  # min mode and unsigned
}


def history(folder: Path, releases: dict[str, str] = MICROCKS) -> dict[str, str]:
    """Each release as `oci:PATH:VERSION`.

    Each has a layout of its own: the samples' builds are so alike that some have the same platforms, and what is
    attached to a platform of one release would be attached to the other's, too.
    """
    return {version: f"oci:{layout(folder / version, version, name)}:{version}" for version, name in releases.items()}


def layout(path: Path, version: str, name: str) -> Path:
    """A copy of that image with the release's tag; the tags of its signatures come along."""
    source = next(place / name for place in (SAMPLES, FIXTURES) if (place / name).is_dir())
    shutil.copytree(source, path)
    index = json.loads((path / "index.json").read_bytes())
    index["manifests"][0]["annotations"] = {TAG: version}
    (path / "index.json").write_text(json.dumps(index))
    return path
