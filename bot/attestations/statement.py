"""In-toto statements and the DSSE envelopes that sign them.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
https://github.com/secure-systems-lab/dsse/blob/master/envelope.md
"""

import base64
import binascii
from typing import Any, Final, Literal

from pydantic import Field

from bot.errors import MalformedError
from bot.oci.documents import Annotations, Wire

IN_TOTO: Final = "application/vnd.in-toto+json"
DSSE: Final = "application/vnd.dsse.envelope.v1+json"

SLSA_V02: Final = "https://slsa.dev/provenance/v0.2"
SLSA_V1: Final = "https://slsa.dev/provenance/v1"
SPDX: Final = "https://spdx.dev/Document"
CYCLONEDX: Final = "https://cyclonedx.org/bom"
COSIGN_SIGN: Final = "https://sigstore.dev/cosign/sign/v1"


class Subject(Wire):
    """What a statement is about; only digests count, names are kept by copies and retags."""

    name: str | None = ""
    digest: Annotations = Field(default_factory=dict)


class Statement(Wire):
    """An in-toto statement, v0.1 or v1. The predicate stays as it came: any JSON value, None when absent."""

    type: Literal["https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1"] = Field(alias="_type")
    predicate_type: str = Field(alias="predicateType", min_length=1)
    subject: tuple[Subject, ...] = ()
    predicate: Any = None


_STANDARD: Final = str.maketrans("-_", "+/")


class EnvelopeSignature(Wire):
    """One signature of an envelope. Cosign leaves `keyid` out."""

    sig: str
    keyid: str = ""


class Envelope(Wire):
    """A DSSE envelope. `payload` is base64, of the standard alphabet or the one for URLs."""

    payload_type: str = Field(alias="payloadType")
    payload: str
    signatures: tuple[EnvelopeSignature, ...] = ()

    def body(self) -> bytes:
        """The decoded payload. Raises MalformedError."""
        try:
            return base64.b64decode(self.payload.translate(_STANDARD), validate=True)
        except (binascii.Error, ValueError) as error:
            raise MalformedError(f"the envelope's payload is not base64: {error}") from error
