"""Signed in-toto statements: the envelope's signature, and whether the statement is about what was asked.

https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
"""

from dataclasses import dataclass, field
from typing import Final

from pydantic import Field

from bot.attestations.head import SUBJECTS_BYTES_MAX
from bot.attestations.scan import Scan
from bot.attestations.sparse import read_sparse
from bot.attestations.statement import COSIGN_SIGN, IN_TOTO, Envelope, Subject
from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.oci.documents import Wire, fit
from bot.signatures.checked import CheckedSignature
from bot.signatures.keys import PublicKey, verify_signature
from bot.signatures.pae import pae
from bot.signatures.protobuf import from_base64
from bot.signatures.reason import SignatureReason

SIGNATURES_MAX: Final = 16
"""Signatures in one envelope; real ones have one."""


@dataclass(frozen=True, slots=True)
class DecodedEnvelope:
    """An envelope, decoded. `message` is what was signed."""

    payload_type: str
    payload: bytes = field(repr=False)
    signatures: tuple[bytes, ...] = field(repr=False)

    @property
    def message(self) -> bytes:
        """The pre-authentication encoding."""
        return pae(self.payload_type, self.payload)


@dataclass(frozen=True, slots=True)
class EnvelopeContent:
    """An in-toto statement in an envelope, as the pipeline's content.

    `whole` is the envelope as it came, where timestamps and log entries are about all of it. `announced` is the
    predicate type that its manifest names, "" = any.
    """

    envelope: DecodedEnvelope
    whole: bytes = field(default=b"", repr=False)
    announced: str = ""

    def check(self, key: PublicKey) -> CheckedSignature:
        """One of the envelope's signatures is made with that key."""
        signature = verify_envelope(self.envelope, key)
        return CheckedSignature(self.envelope.payload, self.envelope.message, signature, self.whole)

    def about(self, checked: CheckedSignature, digest: str) -> str:
        """The statement names the digest as a subject."""
        return verify_statement(checked.payload, digest, annotated_type=self.announced)


def open_envelope(data: bytes) -> DecodedEnvelope:
    """The envelope's parts. Raises MalformedError, UndecidableError when it holds anything but an in-toto statement."""
    envelope = read_sparse(data, Envelope, what="the envelope")
    if envelope.payload_type != IN_TOTO:
        raise UndecidableError(
            SignatureReason.UNSUPPORTED, "the envelope holds something else than an in-toto statement"
        )
    signatures = tuple(from_base64(one.sig, what="the envelope's signature") for one in envelope.signatures)
    return DecodedEnvelope(envelope.payload_type, envelope.body(), signatures)


def verify_envelope(sealed: DecodedEnvelope, key: PublicKey) -> bytes:
    """The signature that the key made; any one of them is enough. Raises RefusedError, UndecidableError."""
    if len(sealed.signatures) > SIGNATURES_MAX:
        raise UndecidableError(
            SignatureReason.OVER_LIMIT, f"the envelope has more than SIGNATURES_MAX = {SIGNATURES_MAX} signatures"
        )
    for signature in sealed.signatures:
        try:
            verify_signature(key, signature, sealed.message)
        except RefusedError:
            continue
        return signature
    if not sealed.signatures:
        raise UndecidableError(SignatureReason.UNSUPPORTED, "the envelope has no signature")
    raise RefusedError(SignatureReason.SIGNATURE, "the signature does not fit the key and the content")


def verify_statement(payload: bytes, digest: str, *, annotated_type: str = "") -> str:
    """The predicate type to show, after checking that the statement is about that digest.

    No library compares the subject for us. `annotated_type` is what the statement's manifest announced.
    Raises RefusedError, MalformedError.
    """
    head = _read_head(payload)
    if annotated_type and head.predicate_type != annotated_type:
        raise RefusedError(SignatureReason.CONTENT, "the signed statement is of another type than its layer announces")
    algorithm, _, value = digest.partition(":")
    if not any(subject.digest.get(algorithm) == value for subject in head.subject):
        raise RefusedError(SignatureReason.OTHER_DIGEST, "the signed statement is about another digest")
    return shown_type(head.predicate_type)


class _Head(Wire):
    """Who signed what does not hang on the statement's own `_type`, which some tools misspell."""

    predicate_type: str = Field(alias="predicateType", min_length=1)
    subject: tuple[Subject, ...] = ()


def _read_head(payload: bytes) -> _Head:
    """Type and subjects alone; a signed SBOM may have many megabytes."""
    scan = Scan(payload, what="the signed statement")
    found = {key: scan.sparse(SUBJECTS_BYTES_MAX) for key in scan.members("predicateType", "subject")}
    scan.end()
    return fit(found, _Head, what="the signed statement")


def shown_type(predicate_type: str) -> str:
    """The predicate type to show; "" for cosign's plain image signature."""
    return "" if predicate_type == COSIGN_SIGN else predicate_type


def claimed_type(payload: bytes) -> str:
    """The predicate type that a statement claims, unproved; "" when it cannot be read."""
    try:
        return shown_type(_read_head(payload).predicate_type)
    except MalformedError:
        return ""
