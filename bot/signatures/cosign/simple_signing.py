"""What an older cosign signature is made over: a small JSON document that names the image's digest.

https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
"""

from dataclasses import dataclass, field
from typing import Final

from pydantic import Field

from bot.errors import RefusedError
from bot.oci.documents import Wire, read
from bot.signatures.checked import CheckedSignature
from bot.signatures.keys import PublicKey, verify_signature
from bot.signatures.reason import SignatureReason

PAYLOAD_TYPE: Final = "cosign container image signature"


class _Image(Wire):
    digest: str = Field(alias="docker-manifest-digest")


class _Critical(Wire):
    type: str
    image: _Image


class SimpleSigning(Wire):
    """`critical.identity` and `optional` are left out: copies carry other names, and the rest is the signer's text."""

    critical: _Critical


@dataclass(frozen=True, slots=True)
class SimpleSigningContent:
    """The document and the signature beside it, as the pipeline's content."""

    payload: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def check(self, key: PublicKey) -> CheckedSignature:
        """The signature is over the document as it is."""
        verify_signature(key, self.signature, self.payload)
        return CheckedSignature(self.payload, self.payload, self.signature)

    def about(self, checked: CheckedSignature, digest: str) -> str:
        """The document names the digest; an image signature has no predicate type."""
        verify_content(checked.payload, digest)
        return ""


def verify_content(payload: bytes, digest: str) -> None:
    """Check that the signed document is about that digest. Raises RefusedError, MalformedError."""
    document = read(payload, SimpleSigning, what="the signed payload")
    if document.critical.type != PAYLOAD_TYPE:
        raise RefusedError(SignatureReason.CONTENT, "the signed payload is not an image signature")
    if document.critical.image.digest != digest:
        raise RefusedError(SignatureReason.OTHER_DIGEST, "the signature is about another digest")
