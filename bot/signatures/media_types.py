"""Media types and annotations by which signatures are recognised; nothing heavy is imported for them.

https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md and BUNDLE_SPEC.md
"""

from typing import Final

BUNDLE_TYPE: Final = "application/vnd.dev.sigstore.bundle"
"""What media types of bundles begin with, in both spellings."""

SIMPLE_SIGNING: Final = "application/vnd.dev.cosign.simplesigning.v1+json"
NOTATION: Final = "application/vnd.cncf.notary.signature"
JWS: Final = "application/jose+json"

SIGNATURE: Final = "dev.cosignproject.cosign/signature"
CERTIFICATE: Final = "dev.sigstore.cosign/certificate"
LOG_ENTRY: Final = "dev.sigstore.cosign/bundle"
TIMESTAMP: Final = "dev.sigstore.cosign/rfc3161timestamp"
PREDICATE: Final = "predicateType"
BUNDLE_PREDICATE: Final = "dev.sigstore.bundle.predicateType"
