"""Tools that show or verify what refers to an image: ORAS, Notation, and Harbor, which is a registry itself.

ORAS and Notation list referrers with oras-go: the API where it answers with an index, the fallback tag where it answers
404 or with something else than an index. Any other answer stops them; so does a 404 with the code NAME_UNKNOWN.
https://github.com/oras-project/oras-go/blob/v2.6.2/registry/remote/repository.go
"""

from typing import Final

from bot.oci.referrer_list import ApiRefusal
from bot.readers.forms import EvidenceForm
from bot.readers.reader import EvidenceKind
from bot.readers.row import ALWAYS, ReaderLook, ReaderRow

_LISTING: Final = "https://github.com/oras-project/oras-go/blob/v2.6.2/registry/remote/repository.go"
_FALLS_BACK: Final = frozenset({ApiRefusal.NOT_A_LIST, ApiRefusal.REDIRECT, ApiRefusal.NOT_FOUND})
_PLATFORM: Final = "with `--platform`"
_ORAS_FIX: Final = "Attach it as a referrer of the image: `cosign attest` of cosign 3, or `oras attach`."
_STATEMENTS: Final = {
    EvidenceForm.BUNDLE: ALWAYS,
    EvidenceForm.COSIGN_REFERRER: ALWAYS,
    EvidenceForm.PLAIN_REFERRER: ALWAYS,
    EvidenceForm.BUILD_REFERRER: ALWAYS,
}

ORAS: Final = ReaderRow(
    "oras 1.3",
    ("https://github.com/oras-project/oras/tree/v1.3.3/cmd/oras", _LISTING),
    {
        EvidenceKind.SIGNATURE: ReaderLook(
            {EvidenceForm.BUNDLE: ALWAYS, EvidenceForm.COSIGN_REFERRER: ALWAYS, EvidenceForm.NOTATION: ALWAYS},
            "Sign it with cosign 3 or with notation, which write referrers.",
            platform=_PLATFORM,
            attestation=_PLATFORM,
        ),
        EvidenceKind.PROVENANCE: ReaderLook(_STATEMENTS, _ORAS_FIX, platform=_PLATFORM),
        EvidenceKind.SBOM: ReaderLook(_STATEMENTS, _ORAS_FIX, platform=_PLATFORM),
    },
    falls_back=_FALLS_BACK,
)
"""It shows what refers to the digest of the tag, and what refers to that; with `--platform`, to one platform's."""

_NOTARY: Final = "application/vnd.cncf.notary.signature"

NOTATION: Final = ReaderRow(
    "notation 1.3",
    (
        "https://github.com/notaryproject/notation-go/blob/v1.3.2/registry/repository.go",
        "https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md",
        _LISTING,
    ),
    {
        EvidenceKind.SIGNATURE: ReaderLook(
            {EvidenceForm.NOTATION: ALWAYS}, "Sign it also with `notation sign IMAGE@DIGEST`.", listed_as=_NOTARY
        ),
    },
    falls_back=_FALLS_BACK,
)

HARBOR: Final = ReaderRow(
    "Harbor 2.15",
    (
        "https://github.com/goharbor/harbor/blob/v2.15.0/src/server/middleware/cosign/cosign.go",
        "https://github.com/goharbor/harbor/blob/v2.15.0/src/server/middleware/subject/subject.go",
        "https://github.com/goharbor/harbor/blob/v2.15.0/src/server/registry/referrers.go",
    ),
    {
        EvidenceKind.SIGNATURE: ReaderLook(
            {
                EvidenceForm.SIG_TAG: ALWAYS,
                EvidenceForm.COSIGN_REFERRER: ALWAYS,
                EvidenceForm.BUNDLE: "in Harbor 2.15 and later",
                EvidenceForm.NOTATION: ALWAYS,
            },
            "Sign it with cosign or with notation in the registry that Harbor serves.",
        ),
        EvidenceKind.SBOM: ReaderLook(
            {},
            "Let Harbor write its own: switch on SBOM generation in the project, or press Generate SBOM.",
            own_type="application/vnd.goharbor.harbor.sbom.v1",
        ),
    },
    follows_lists=False,
    any_bundle=True,
)
"""It notes the subject of each manifest when that is pushed, and of tags .sig the image that they name."""
