"""What an older cosign signature is made over: a small JSON document that names the image's digest.

https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
"""

from typing import Final

from pydantic import Field

from bot.errors import RefusedError
from bot.oci.manifest import Wire, read

PAYLOAD_TYPE: Final = "cosign container image signature"


class _Image(Wire):
    digest: str = Field(alias="docker-manifest-digest")


class _Critical(Wire):
    type: str
    image: _Image


class SimpleSigning(Wire):
    """`critical.identity` and `optional` are left out: copies carry other names, and the rest is the signer's text."""

    critical: _Critical


def verify_content(payload: bytes, digest: str) -> None:
    """Check that the signed document is about that digest. Raises RefusedError, MalformedError."""
    document = read(payload, SimpleSigning, what="the signed payload")
    if document.critical.type != PAYLOAD_TYPE:
        raise RefusedError("the signed payload is no image signature")
    if document.critical.image.digest != digest:
        raise RefusedError("the signature is about another digest")
