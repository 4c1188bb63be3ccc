"""Things to paste about signing that several rules share.

Beside the names of build.py there stand: ISSUER and SUBJECT for who signs, as cosign and the policy name it; SOURCES
for a pattern of the source repository; KEY for the name of a key of the policy.
"""

from typing import Final

SIGN: Final = """\
permissions:
  id-token: write        # lets the job prove its identity, without a key to keep
  packages: write
steps:
  - uses: sigstore/cosign-installer@v4
  - run: cosign sign --yes --recursive IMAGE@${{ steps.build.outputs.digest }}
"""
"""The last step of the job that pushes: what is signed is the digest that was built."""

ATTEST_TO_REGISTRY: Final = """\
permissions:
  id-token: write
  attestations: write
  packages: write
steps:
  - uses: actions/attest@v4
    with:
      subject-name: REPOSITORY
      subject-digest: ${{ steps.build.outputs.digest }}
      push-to-registry: true
"""
"""After the step that pushes, with a login to the registry before it: GitHub and the registry hold the same."""

SEE_AT_GITHUB: Final = """\
gh attestation verify oci://IMAGE --owner OWNER
gh attestation verify oci://IMAGE --owner OWNER --bundle-from-oci
provenance check IMAGE
"""

SEE: Final = """\
cosign verify --certificate-oidc-issuer ISSUER --certificate-identity-regexp '^SUBJECT$' IMAGE@DIGEST
provenance check IMAGE
"""

POLICY_IDENTITY: Final = """\
images:
  - match: "REPOSITORY"
    identities:
      - issuer: ISSUER
        subject: 'SUBJECT'
"""

POLICY_SOURCE: Final = """\
images:
  - match: "REPOSITORY"
    sources: ['SOURCES']  # a pattern that ends in / names everything below
    builders: ['SOURCES/']
"""

SIGN_WITH_KEY: Final = """\
steps:
  - uses: sigstore/cosign-installer@v4
  - run: cosign sign --yes --recursive --key env://COSIGN_PRIVATE_KEY IMAGE@${{ steps.build.outputs.digest }}
    env:
      COSIGN_PRIVATE_KEY: ${{ secrets.COSIGN_PRIVATE_KEY }}  # the private half of KEY.pub, which the policy names
      COSIGN_PASSWORD: ${{ secrets.COSIGN_PASSWORD }}
"""
"""The same with a key of one's own, for policies that name keys and no identity."""

SEE_KEY: Final = """\
cosign verify --key KEY.pub IMAGE@DIGEST
provenance check IMAGE
"""

POLICY_KEY: Final = """\
images:
  - match: "REPOSITORY"
    keys:
      - { name: KEY, file: KEY.pub }
"""

POLICY_OTHER_KEY: Final = """\
images:
  - match: "REPOSITORY"
    keys:
      - { name: signer, file: signer.pub }
"""
"""For a key that the policy does not name: its own keys stay beside it."""

SEE_OTHER_KEY: Final = """\
cosign verify --key signer.pub IMAGE@DIGEST
provenance check IMAGE
"""

COSIGN: Final = "https://docs.sigstore.dev/cosign/signing/overview/"
COSIGN_VERIFY: Final = "https://docs.sigstore.dev/cosign/verifying/verify/"
FULCIO: Final = "https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md"
SLSA_LEVELS: Final = "https://slsa.dev/spec/v1.1/levels"
