"""What a real runtime's library chooses on each platform: skopeo, asked about an image in docker-registry.

skopeo, podman and CRI-O share containers/image: https://github.com/containers/image/tree/main/manifest
"""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.evidence.building import NAME, TAG
from tests.evidence.forging import LABEL, Forger
from tests.real_parts import SKOPEO, DockerRegistry
from tests.registry_shelf import digest_of
from tests.waiting import PATIENCE

PLATFORMS: Final = (
    ("linux", "amd64", ""),
    ("linux", "arm64", ""),
    ("linux", "arm64", "v8"),
    ("linux", "arm", "v7"),
    ("windows", "amd64", ""),
    ("linux", "s390x", ""),
)


class RefusedError(Exception):
    """The registry does not take the document, so nobody can be misled by it."""


def push(registry: DockerRegistry, forger: Forger) -> None:
    """Everything that was forged, the last document under the tag. Raises RefusedError."""
    for blob in forger.blobs:
        _push_blob(registry, blob)
    for data, media_type in forger.manifests[:-1]:
        _put(f"{registry.url}/v2/{NAME}/manifests/{digest_of(data)}", data, media_type)
    data, media_type = forger.manifests[-1]
    _put(f"{registry.url}/v2/{NAME}/manifests/{TAG}", data, media_type)


def chosen(registry: DockerRegistry, folder: Path) -> dict[tuple[str, str, str], str]:
    """The manifest's digest that skopeo takes on each platform; none where it finds nothing, or refuses."""
    found = {}
    for number, platform in enumerate(PLATFORMS):
        target = folder / str(number)
        if _skopeo(platform, "copy", _image(registry), f"dir:{target}", "--src-tls-verify=false").returncode == 0:
            found[platform] = f"sha256:{hashlib.sha256((target / 'manifest.json').read_bytes()).hexdigest()}"
    return found


def configured(registry: DockerRegistry) -> set[str]:
    """Whose configuration skopeo shows on the common platforms, by the label; also of images that it would not copy."""
    found = set()
    for platform in PLATFORMS[:2]:
        told = _skopeo(platform, "inspect", "--config", "--tls-verify=false", _image(registry))
        if told.returncode == 0:
            labels = json.loads(told.stdout).get("config", {}).get("Labels") or {}
            found |= {labels[LABEL]} if LABEL in labels else set()
    return found


def _image(registry: DockerRegistry) -> str:
    return f"docker://{registry.host}/{NAME}:{TAG}"


def _skopeo(platform: tuple[str, str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    os, architecture, variant = platform
    overridden = [f"--override-os={os}", f"--override-arch={architecture}", f"--override-variant={variant}"]
    command = [SKOPEO, "--insecure-policy", *overridden, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603 - ours


def _push_blob(registry: DockerRegistry, data: bytes) -> None:
    start = Request(f"{registry.url}/v2/{NAME}/blobs/uploads/", method="POST", data=b"")  # noqa: S310 - ours
    with urlopen(start, timeout=PATIENCE) as answer:  # noqa: S310
        place = answer.headers["Location"]
    _put(f"{place}&digest={digest_of(data)}", data, "application/octet-stream")


def _put(url: str, data: bytes, media_type: str) -> None:
    put = Request(url, method="PUT", data=data, headers={"Content-Type": media_type})  # noqa: S310
    try:
        with urlopen(put, timeout=PATIENCE):  # noqa: S310
            return
    except HTTPError as error:
        raise RefusedError(f"{error.code}: {error.read()[:300]!r}") from error
