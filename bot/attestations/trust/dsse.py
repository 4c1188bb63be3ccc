"""Signed in-toto statements: the envelope's signature, and whether the statement is about what was asked.

https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
"""

from dataclasses import dataclass, field
from typing import Final

from bot.attestations.statement import COSIGN_SIGN, IN_TOTO, Envelope, Statement
from bot.attestations.trust.keys import PublicKey, verify_signature
from bot.attestations.trust.pae import pae
from bot.attestations.trust.wire import from_base64
from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.oci.manifest import read

SIGNATURES_MAX: Final = 16
"""Signatures in one envelope; real ones have one."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope, decoded. `message` is what was signed."""

    payload_type: str
    payload: bytes = field(repr=False)
    signatures: tuple[bytes, ...] = field(repr=False)

    @property
    def message(self) -> bytes:
        """The pre-authentication encoding."""
        return pae(self.payload_type, self.payload)


def open_envelope(data: bytes) -> Sealed:
    """The envelope's parts. Raises MalformedError, UndecidableError when it holds anything but an in-toto statement."""
    envelope = read(data, Envelope, what="the envelope")
    if envelope.payload_type != IN_TOTO:
        raise UndecidableError("the envelope holds something else than an in-toto statement")
    if len(envelope.signatures) > SIGNATURES_MAX:
        raise UndecidableError(f"the envelope has more than SIGNATURES_MAX = {SIGNATURES_MAX} signatures")
    signatures = tuple(from_base64(one.sig, what="the envelope's signature") for one in envelope.signatures)
    return Sealed(envelope.payload_type, envelope.body(), signatures)


def verify_envelope(sealed: Sealed, key: PublicKey) -> bytes:
    """The signature that the key made; any one of them is enough. Raises RefusedError."""
    for signature in sealed.signatures:
        try:
            verify_signature(key, signature, sealed.message)
        except RefusedError:
            continue
        return signature
    if not sealed.signatures:
        raise UndecidableError("the envelope has no signature")
    raise RefusedError("the signature does not fit the key and the content")


def statement_about(payload: bytes, digest: str, *, annotated_type: str = "") -> Statement:
    """The statement, after checking that it is about that digest and of the type that its carrier announced.

    No library compares the subject for us. Raises RefusedError, MalformedError.
    """
    statement = read(payload, Statement, what="the signed statement")
    if annotated_type and statement.predicate_type != annotated_type:
        raise RefusedError("the signed statement is of another type than its layer announces")
    if not statement.is_about(digest):
        raise RefusedError("the signed statement is about another digest")
    return statement


def signed_type(statement: Statement) -> str:
    """The predicate type to show; "" for cosign's plain image signature."""
    return "" if statement.predicate_type == COSIGN_SIGN else statement.predicate_type


def claimed_type(data: bytes) -> str:
    """The predicate type that an envelope claims, unproved; "" when it cannot be read."""
    try:
        return signed_type(read(open_envelope(data).payload, Statement, what="statement"))
    except (MalformedError, UndecidableError):
        return ""
