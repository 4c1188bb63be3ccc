"""Tools that verify Sigstore signatures: cosign, GitHub's command line, Kyverno, the policy controller.

All of them list referrers with go-containerregistry: the API where it answers with an index, the fallback tag where it
answers 400, 404, 406 or with something else than an index, never both. Any other answer stops them.
https://github.com/google/go-containerregistry/blob/v0.21.9/pkg/v1/remote/referrers.go
"""

from typing import Final

from bot.oci.referrer_list import ApiRefusal
from bot.readers.forms import EvidenceForm
from bot.readers.reader import EvidenceKind
from bot.readers.row import ALWAYS, ReaderLook, ReaderRow

_LISTING: Final = "https://github.com/google/go-containerregistry/blob/v0.21.9/pkg/v1/remote/referrers.go"
_FALLS_BACK: Final = frozenset(
    {
        ApiRefusal.NOT_A_LIST,
        ApiRefusal.REDIRECT,
        ApiRefusal.BAD_REQUEST,
        ApiRefusal.NOT_FOUND,
        ApiRefusal.NAME_UNKNOWN,
        ApiRefusal.NOT_ACCEPTABLE,
    }
)
_BUNDLE: Final = "application/vnd.dev.sigstore.bundle"
_SLSA_V1: Final = "https://slsa.dev/provenance/v1"

OLD_SIGNATURE: Final = (
    "Sign it also with `cosign sign --new-bundle-format=false --use-signing-config=false`, which writes the tag .sig"
)
OLD_STATEMENT: Final = (
    "Attach it also with `cosign attest --new-bundle-format=false --use-signing-config=false`, which writes the tag"
    " .att"
)
BUNDLED_SIGNATURE: Final = "Sign it with cosign 3, which writes a bundle by default."
BUNDLED_STATEMENT: Final = (
    "Attach it with `cosign attest` of cosign 3, or `actions/attest` with `push-to-registry: true`: both sign it and"
    " write a bundle."
)

_NEW_BUNDLES: Final = {EvidenceForm.BUNDLE: "with `--new-bundle-format` of cosign 2.6"}
_OLD_REFERRERS: Final = {EvidenceForm.COSIGN_REFERRER: "with `--experimental-oci11`"}

COSIGN_2: Final = ReaderRow(
    "cosign 2.6",
    (
        "https://github.com/sigstore/cosign/blob/v2.6.1/pkg/cosign/verify.go",
        "https://github.com/sigstore/cosign/blob/v2.6.1/cmd/cosign/cli/verify/verify.go",
        "https://github.com/sigstore/cosign/blob/v2.6.1/cmd/cosign/cli/options/verify.go",
        "https://github.com/sigstore/cosign/blob/main/specs/SBOM_SPEC.md",
    ),
    {
        EvidenceKind.SIGNATURE: ReaderLook(
            {EvidenceForm.SIG_TAG: ALWAYS},
            f"{OLD_SIGNATURE}, or verify with cosign 3.",
            on_request=_NEW_BUNDLES | _OLD_REFERRERS,
        ),
        EvidenceKind.PROVENANCE: ReaderLook(
            {EvidenceForm.ATT_TAG: ALWAYS}, f"{OLD_STATEMENT}.", on_request=_NEW_BUNDLES
        ),
        EvidenceKind.SBOM: ReaderLook(
            {EvidenceForm.ATT_TAG: ALWAYS, EvidenceForm.SBOM_TAG: "with `cosign download sbom`"},
            f"{OLD_STATEMENT}.",
            on_request=_NEW_BUNDLES,
        ),
    },
    verifies=True,
)

COSIGN_3: Final = ReaderRow(
    "cosign 3.1",
    (
        "https://github.com/sigstore/cosign/blob/v3.1.2/cmd/cosign/cli/verify/verify.go",
        "https://github.com/sigstore/cosign/blob/v3.1.2/cmd/cosign/cli/verify/verify_attestation.go",
        "https://github.com/sigstore/cosign/blob/v3.1.2/pkg/cosign/verify.go",
        _LISTING,
    ),
    {
        EvidenceKind.SIGNATURE: ReaderLook(
            {EvidenceForm.BUNDLE: ALWAYS, EvidenceForm.SIG_TAG: ALWAYS}, BUNDLED_SIGNATURE, on_request=_OLD_REFERRERS
        ),
        EvidenceKind.PROVENANCE: ReaderLook(
            {EvidenceForm.BUNDLE: ALWAYS, EvidenceForm.ATT_TAG: ALWAYS}, BUNDLED_STATEMENT
        ),
        EvidenceKind.SBOM: ReaderLook(
            {
                EvidenceForm.BUNDLE: ALWAYS,
                EvidenceForm.ATT_TAG: ALWAYS,
                EvidenceForm.SBOM_TAG: "with `cosign download sbom`",
            },
            BUNDLED_STATEMENT,
        ),
    },
    verifies=True,
    bundles_first=True,
    any_bundle=True,
    falls_back=_FALLS_BACK,
)

_GH_FORMS: Final = {EvidenceForm.GITHUB_API: ALWAYS, EvidenceForm.BUNDLE: "with `--bundle-from-oci`"}
_GH_FIX: Final = (
    "Let the workflow attest it with `actions/attest`, which stores the bundle at GitHub, and with"
    " `push-to-registry: true` in the registry, too."
)
_GH_TYPE: Final = "with `--predicate-type`"

GH: Final = ReaderRow(
    "gh 2.60+",
    (
        "https://github.com/cli/cli/blob/36b1cf5b165d/pkg/cmd/attestation/verify/verify.go",
        "https://github.com/cli/cli/blob/v2.60.0/pkg/cmd/attestation/artifact/oci/client.go",
        "https://cli.github.com/manual/gh_attestation_verify",
        _LISTING,
    ),
    {
        kind: ReaderLook(_GH_FORMS, _GH_FIX, listed_as=_BUNDLE, predicate=_SLSA_V1, predicate_option=_GH_TYPE)
        for kind in EvidenceKind
    },
    verifies=True,
    falls_back=_FALLS_BACK,
)

_KYVERNO: Final = "https://github.com/kyverno/kyverno/blob/111e07bbec/pkg/image/verifiers/cpol/cosign"

KYVERNO_COSIGN: Final = ReaderRow(
    "Kyverno 1.19 (type Cosign)",
    (f"{_KYVERNO}/cosign.go", f"{_KYVERNO}/verifier.go"),
    {
        EvidenceKind.SIGNATURE: ReaderLook(
            {EvidenceForm.SIG_TAG: ALWAYS},
            f"{OLD_SIGNATURE}, or set `type: SigstoreBundle` in the policy.",
            on_request={EvidenceForm.COSIGN_REFERRER: "with `cosignOCI11: true` in the policy"},
        ),
        EvidenceKind.PROVENANCE: ReaderLook({EvidenceForm.ATT_TAG: ALWAYS}, f"{OLD_STATEMENT}."),
        EvidenceKind.SBOM: ReaderLook({EvidenceForm.ATT_TAG: ALWAYS}, f"{OLD_STATEMENT}."),
    },
    verifies=True,
)

KYVERNO_BUNDLE: Final = ReaderRow(
    "Kyverno 1.19 (type SigstoreBundle)",
    (f"{_KYVERNO}/sigstore.go", _LISTING),
    {
        EvidenceKind.SIGNATURE: ReaderLook({EvidenceForm.BUNDLE: ALWAYS}, BUNDLED_SIGNATURE, listed_as=_BUNDLE),
        EvidenceKind.PROVENANCE: ReaderLook({EvidenceForm.BUNDLE: ALWAYS}, BUNDLED_STATEMENT, listed_as=_BUNDLE),
        EvidenceKind.SBOM: ReaderLook({EvidenceForm.BUNDLE: ALWAYS}, BUNDLED_STATEMENT, listed_as=_BUNDLE),
    },
    verifies=True,
    any_bundle=True,
    referrers_max=50,
    falls_back=_FALLS_BACK,
)

_AS_BUNDLE: Final = "with `signatureFormat: bundle` in the authority, which must be keyless"
_POLICY_STATEMENT: Final = ReaderLook(
    {EvidenceForm.ATT_TAG: ALWAYS, EvidenceForm.BUNDLE: _AS_BUNDLE},
    f"{OLD_STATEMENT}; or attach a bundle and set `signatureFormat: bundle` in the authority.",
)

POLICY_CONTROLLER: Final = ReaderRow(
    "policy-controller 0.15",
    (
        "https://github.com/sigstore/policy-controller/blob/v0.15.1/pkg/webhook/validator.go",
        "https://github.com/sigstore/policy-controller/blob/v0.15.1/pkg/webhook/validation.go",
        "https://github.com/sigstore/cosign/blob/v3.0.5/pkg/cosign/verify.go",
        _LISTING,
    ),
    {
        EvidenceKind.SIGNATURE: ReaderLook(
            {EvidenceForm.SIG_TAG: ALWAYS},
            f"{OLD_SIGNATURE}.",
            on_request={EvidenceForm.COSIGN_REFERRER: "with `enable-oci11` in its configuration"},
        ),
        EvidenceKind.PROVENANCE: _POLICY_STATEMENT,
        EvidenceKind.SBOM: _POLICY_STATEMENT,
    },
    verifies=True,
    falls_back=_FALLS_BACK,
)
