"""The sample image as other builds would have made it: with statements of their own, and so with other digests."""

import re
from typing import Final

from tests.registry_shelf import Repository, digest_of

_OWN: Final = re.compile(rb'("invocationId":"|/sbom-)[0-9a-z]{8}')
"""What differs from one build to the next: the build's id, and the name of an SBOM."""


def fill(repository: Repository, sample: Repository, *, tag: str, build: int) -> None:
    """Put that build under the tag. Sizes stay, and the platforms' manifests, as if only the build were another."""
    renamed: dict[bytes, bytes] = {}
    for digest, data in sample.blobs.items():
        own = _OWN.sub(rb"\g<1>%08d" % build, data) if data.startswith(b"{") else data
        renamed[digest.encode()] = repository.add_blob(own).encode()
    index = sample.tags[tag]
    for digest in sorted(sample.manifests, key=lambda digest: digest == index):  # the index last
        stored = sample.manifests[digest]
        own = _renamed(stored.data, renamed)
        renamed[digest.encode()] = digest_of(own).encode()
        repository.add_manifest(own, stored.media_type, tag=tag if digest == index else "")


def _renamed(data: bytes, names: dict[bytes, bytes]) -> bytes:
    for old, new in names.items():
        data = data.replace(old, new)
    return data
