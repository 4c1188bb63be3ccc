"""Things to paste about signing that several rules share. IMAGE@DIGEST stands for the image at its digest."""

from typing import Final

SIGN: Final = """\
permissions:
  id-token: write        # lets the job prove who it is; there is no key to keep
  packages: write
steps:
  - uses: sigstore/cosign-installer@v4
  - run: cosign sign --yes --recursive IMAGE@${{ steps.build.outputs.digest }}
"""
"""The last step of the job that pushes: what is signed is the digest that was built."""

SEE: Final = """\
cosign verify --certificate-oidc-issuer ISSUER --certificate-identity-regexp 'SUBJECT' IMAGE@DIGEST
provenance check IMAGE
"""

SEE_HERE: Final = "provenance check IMAGE\n"

POLICY_IDENTITY: Final = """\
images:
  - match: "quay.io/acme/*"
    identities:
      - issuer: https://token.actions.githubusercontent.com
        subject: 'https://github\\.com/acme/app/\\.github/workflows/release\\.yml@refs/tags/.+'
"""

POLICY_SOURCE: Final = """\
images:
  - match: "quay.io/acme/*"
    sources: ['https://github\\.com/acme/']      # a pattern that ends in / names everything below
    builders: ['https://github\\.com/acme/']
"""

COSIGN: Final = "https://docs.sigstore.dev/cosign/signing/overview/"
COSIGN_VERIFY: Final = "https://docs.sigstore.dev/cosign/verifying/verify/"
FULCIO: Final = "https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md"
SLSA_LEVELS: Final = "https://slsa.dev/spec/v1.1/levels"
