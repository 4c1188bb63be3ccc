"""What is known of action versions, and which ones a patch proposes. One table, with the date it was true.

To renew it: change AS_OF and the numbers here; nothing else in the program knows a version.
"""

import re
from math import inf

from msgspec import Struct

AS_OF = "2026-11"

BUILD_PUSH = "docker/build-push-action"
BAKE = "docker/bake-action"
SETUP_BUILDX = "docker/setup-buildx-action"
DEPOT_BUILD = "depot/build-push-action"
DEPOT_BAKE = "depot/bake-action"
FORKED_BUILDS = frozenset({"useblacksmith/build-push-action", "warpbuilds/build-push-action"})
"""Copies of docker/build-push-action: the same inputs and defaults, on builders of their own."""
METADATA = "docker/metadata-action"
OLDER_METADATA = ("crazy-max/ghaction-docker-meta",)
"""Names that docker/metadata-action had before."""
COSIGN_INSTALLER = "sigstore/cosign-installer"

Version = tuple[float, ...]

_NUMBERS = re.compile(r"v?\d{1,5}(?:\.\d{1,5}){0,2}", re.ASCII)

PROPOSED: dict[str, Version] = {
    BUILD_PUSH: (7, 3, 0),
    BAKE: (6, 10, 0),  # the first whose default gives way to the bake file's own attest
    SETUP_BUILDX: (4, 2, 0),
    COSIGN_INSTALLER: (4, 1, 2),
}
"""Good enough as of AS_OF, and seen in use; not always the newest."""

WITH_BUILDX: Version = (2,)
"""From here on docker/build-push-action builds with buildx; version 1 has other inputs."""

HAS_ATTESTATION_INPUTS: dict[str, Version] = {BUILD_PUSH: (3, 3, 0), BAKE: (3, 0, 0)}
"""First version with the inputs provenance and sbom."""

LAST_THAT_CANNOT_READ_BUILDKIT: dict[str, Version] = {BUILD_PUSH: (5, 2, 0), BAKE: (4, 2, 0)}
"""buildx 0.13 renamed a line; up to these versions the action takes BuildKit's version for unknown, and says nothing
about provenance, so that buildx records min."""

READS_SILENCING: dict[str, Version] = {BUILD_PUSH: (6, 16, 0)}
"""From here on the action passes nothing by itself where BUILDX_NO_DEFAULT_ATTESTATIONS is set; before, its own default
counts."""

RENAMED_THE_LINE: Version = (0, 13, 0)
"""The buildx that did so."""

PASSES_FALSE: dict[str, Version] = {BUILD_PUSH: (3, 3, 1)}
"""This version turns provenance off by default."""

BAKE_YIELDS_TO_FILE: Version = (6, 10, 0)
"""From here on bake-action's default does not override a target's attest."""

NO_INSTALL_INPUT: dict[str, Version] = {SETUP_BUILDX: (4, 0, 0)}
"""`install` is not an input from this version on."""

_COSIGN: tuple[tuple[Version, Version], ...] = (  # installer -> the cosign that it installs when nothing is said
    ((4, 1, 2), (3, 0, 6)),
    ((4, 1, 1), (3, 0, 5)),
    ((4, 1, 0), (3, 0, 3)),
    ((4, 0, 0), (3, 0, 2)),
    ((3, 10, 0), (2, 6, 0)),
    ((3, 9, 2), (2, 5, 3)),
    ((3, 9, 1), (2, 5, 2)),
    ((3, 8, 1), (2, 4, 3)),
    ((3, 7, 0), (2, 4, 1)),
)


class Cosign(Struct, frozen=True):
    """The cosign that a job has; `version` is what is known of it at least."""

    version: Version

    @property
    def writes_bundles(self) -> bool:
        """Cosign 3 writes referrers where cosign 2 wrote .sig tags."""
        return self.version >= (3,)


def read_version(text: str) -> Version | None:
    """The numbers of v7, v7.3 or 7.3.0; None for branches, commits and unresolved parts."""
    if not _NUMBERS.fullmatch(text):
        return None
    return tuple(float(part) for part in text.removeprefix("v").split("."))


def newest_of(version: Version) -> Version:
    """What a moving tag stands for at most: v4 is the last 4.x."""
    return version if len(version) == 3 else (*version, inf)  # noqa: PLR2004 - major, minor, patch


def spell(version: Version, like: str) -> str:
    """A version written as another one was: v7 for v4, v7.3.0 for v4.0.0, without the v where there was none."""
    count = len(like.split("."))
    return ("v" if like.startswith("v") else "") + ".".join(f"{part:.0f}" for part in version[:count])


def cosign_of(installer: Version) -> Cosign | None:
    """The cosign that this version of the installer brings, or None when the table does not tell."""
    newest = newest_of(installer)
    return next((Cosign(brings) for since, brings in _COSIGN if newest >= since), None)
