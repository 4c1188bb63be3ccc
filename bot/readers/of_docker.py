"""Docker's tools: `docker buildx imagetools inspect` and Docker Scout."""

from typing import Final

from bot.readers.forms import EvidenceForm
from bot.readers.reader import EvidenceKind
from bot.readers.row import ALWAYS, ReaderLook, ReaderRow

_SPDX: Final = "https://spdx.dev/Document"
_SLSA: Final = "https://slsa.dev/provenance/"
_IN_INDEX: Final = {EvidenceForm.INDEX: ALWAYS}
_PROVENANCE_FIX: Final = "Let BuildKit write it into the index: `docker buildx build --provenance=mode=max --push`."
_SBOM_FIX: Final = "Let BuildKit write it into the index: `docker buildx build --sbom=true --push`."

BUILDX: Final = ReaderRow(
    "buildx 0.36",
    (
        "https://github.com/docker/buildx/blob/v0.36.1/util/imagetools/loader.go",
        "https://github.com/moby/buildkit/blob/v0.32.2/docs/attestations/attestation-storage.md",
    ),
    {
        EvidenceKind.PROVENANCE: ReaderLook(_IN_INDEX, _PROVENANCE_FIX, annotations=(_SLSA,)),
        EvidenceKind.SBOM: ReaderLook(_IN_INDEX, _SBOM_FIX, annotations=(_SPDX,)),
    },
)
"""It reads the manifests that the index ties to a platform, and of them only layers with such an annotation."""

_SCOUT_READS: Final = {EvidenceForm.INDEX: ALWAYS, EvidenceForm.DOCKER_REGISTRY: ALWAYS}
_ELSEWHERE: Final = frozenset(EvidenceForm) - set(_SCOUT_READS)

SCOUT: Final = ReaderRow(
    "Docker Scout 1.23 (by its documentation)",
    (
        "https://docs.docker.com/guides/docker-scout/attestations/",
        "https://docs.docker.com/scout/how-tos/view-create-sboms/",
        "https://docs.docker.com/dhi/how-to/verify/",
        "https://github.com/docker/docs/blob/02e3b7bf19a2/content/manuals/scout/policy/_index.md",
        "https://github.com/docker/docs/blob/0dc5975e0847/content/manuals/scout/policy/local.md",
    ),
    {
        EvidenceKind.PROVENANCE: ReaderLook(
            _SCOUT_READS,
            _PROVENANCE_FIX,
            undocumented=_ELSEWHERE,
            platform=ALWAYS,
            annotations=(_SLSA,),
            undocumented_predicates=True,
            full_provenance=(
                "the documentation of earlier versions asked for max mode, that of 1.23 names none; max mode is enough"
            ),
        ),
        EvidenceKind.SBOM: ReaderLook(
            _SCOUT_READS,
            _SBOM_FIX,
            undocumented=_ELSEWHERE,
            platform=ALWAYS,
            annotations=(_SPDX,),
            undocumented_predicates=True,
        ),
    },
)
"""Its program is not public, so this is what the documentation says, and the rest is unknown.

Until its policies moved from Docker's web site to the command line (September 2026), one asked for provenance in max
mode. Since then it has to be attached.

Of Docker Hardened Images it also lists, for the right platform, what Docker's second registry holds.
"""
