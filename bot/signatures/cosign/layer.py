"""One layer of cosign's `.sig` or `.att` manifest: the signed bytes, and everything else in annotations.

https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography import x509
from pydantic import Field

from bot.attestations.statement import DSSE
from bot.errors import MalformedError, UndecidableError
from bot.oci.documents import Wire, read
from bot.signatures.cosign.simple_signing import SimpleSigningContent
from bot.signatures.dsse import EnvelopeContent, open_envelope
from bot.signatures.keys import PEM_MAX
from bot.signatures.log.promise import LogEntry
from bot.signatures.log.rekor import RekorEntry
from bot.signatures.media_types import CERTIFICATE, LOG_ENTRY, PREDICATE, SIGNATURE, SIMPLE_SIGNING, TIMESTAMP
from bot.signatures.pipeline import SignedContent
from bot.signatures.protobuf import Base64, from_base64
from bot.signatures.reason import SignatureReason


@dataclass(frozen=True, slots=True)
class CosignLayer:
    """`data` is the layer's blob, as it is."""

    media_type: str
    data: bytes = field(repr=False)
    annotations: Mapping[str, str] = field(repr=False)

    @property
    def has_certificate(self) -> bool:
        """Whether a certificate signed; else somebody's key did."""
        return bool(self.annotations.get(CERTIFICATE))


class _Bundle(Wire):
    promise: Base64 = Field(alias="SignedEntryTimestamp")
    payload: RekorEntry = Field(alias="Payload")


class _Stamp(Wire):
    signed: Base64 = Field(alias="SignedRFC3161Timestamp")


def content_of(layer: CosignLayer) -> SignedContent:
    """What the layer's signature is over. Raises MalformedError, UndecidableError when it holds no signature."""
    if layer.media_type == DSSE:
        return EnvelopeContent(open_envelope(layer.data), layer.data, layer.annotations.get(PREDICATE, ""))
    text = layer.annotations.get(SIGNATURE, "")
    if layer.media_type != SIMPLE_SIGNING or not text:
        raise UndecidableError(SignatureReason.UNSUPPORTED, "the layer holds no signature")
    return SimpleSigningContent(layer.data, from_base64(_without_line_ends(text), what="the signature"))


def _without_line_ends(text: str) -> str:
    """`cosign attach signature` copies a file, which may have been broken into lines; Go reads over them."""
    return text.replace("\r", "").replace("\n", "")


def certificate_of(layer: CosignLayer) -> x509.Certificate:
    """The certificate beside the signature. The `chain` annotation is never looked at. Raises MalformedError."""
    pem = layer.annotations.get(CERTIFICATE, "").encode()
    if len(pem) > PEM_MAX:
        raise MalformedError(f"the certificate has more than PEM_MAX = {PEM_MAX} bytes")
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise MalformedError("the certificate does not parse") from error


def log_entry_of(layer: CosignLayer) -> LogEntry | None:
    """The transparency log's entry beside the signature, if any. Raises MalformedError."""
    text = layer.annotations.get(LOG_ENTRY)
    if not text:
        return None
    bundle = read(text, _Bundle, what="the log entry's annotation")
    return bundle.payload.entry(bundle.promise)


def timestamps_of(layer: CosignLayer) -> tuple[bytes, ...]:
    """The RFC 3161 timestamp beside the signature, if any. Raises MalformedError."""
    text = layer.annotations.get(TIMESTAMP)
    return (read(text, _Stamp, what="the timestamp's annotation").signed,) if text else ()
