"""Notation's signatures: the slots that they fill. The signer's own word for the time proves nothing.

https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md
"""

from datetime import datetime

from cryptography import x509
from msgspec import Struct

from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.signatures.certificates.identity import Identity
from bot.signatures.keys import supported
from bot.signatures.layers import SignatureLayer
from bot.signatures.layout import LayoutRule
from bot.signatures.media_types import JWS
from bot.signatures.notation.chain import verify_notation_chain
from bot.signatures.notation.jws import read_jws
from bot.signatures.pipeline import Held, Procedure, Proved, Signed, SignedContent
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Trust, TrustedRoot


class NotationSigner(Struct, frozen=True):
    """Certificates that must lead to one of the policy's, all of them valid `now`.

    `countersigned` when a timestamp stands beside the signature, which is not supported.
    """

    chain: tuple[x509.Certificate, ...]
    now: datetime
    expires: datetime | None
    countersigned: bool

    def check(self, content: SignedContent, trust: Trust) -> Signed:
        """The signature fits the first certificate."""
        if not trust.notation:
            raise UndecidableError(
                SignatureReason.NO_ROOT, "a Notation signature, and the policy names no certificate for it"
            )
        return Signed(content.check(supported(self.chain[0].public_key())), self.chain[0])

    def prove(self, held: Held, trust: Trust) -> Proved:  # noqa: ARG002 - no log, so no roots of logs
        """Nothing tells when it was signed, so everything must hold now. The issuer is the policy's certificate."""
        authority = verify_notation_chain(self.chain, trust.notation, self.now, countersigned=self.countersigned)
        if self.expires is not None and self.expires <= self.now:
            raise RefusedError(SignatureReason.EXPIRED, f"the signature expired on {self.expires:%Y-%m-%d}")
        signer = self.chain[0].subject.rfc4514_string()
        if not signer:
            raise UndecidableError(SignatureReason.NO_SIGNER, "the certificate names no signer")
        return Proved(Identity(signer, authority.subject.rfc4514_string()))

    def require_valid(self, times: tuple[datetime, ...], root: TrustedRoot) -> None:
        """It has no times."""


def procedure(data: bytes, media_type: str, now: datetime) -> Procedure:
    """The slots of one signature. Raises UndecidableError, MalformedError."""
    if media_type != JWS:
        what = "Notation signatures in COSE form are not supported"
        raise UndecidableError(
            SignatureReason.UNSUPPORTED, what if "cose" in media_type else "the manifest holds no Notation signature"
        )
    content, envelope, expires = read_jws(data)
    try:
        chain = tuple(x509.load_der_x509_certificate(one) for one in envelope.header.x5c)
    except ValueError as error:
        raise MalformedError("a certificate of the signature does not parse") from error
    return Procedure(content, NotationSigner(chain, now, expires, bool(envelope.header.countersigned)))


def _open(layer: SignatureLayer, data: bytes, now: datetime) -> Procedure:
    return procedure(data, layer.media_type, now)


layout = LayoutRule(open=_open)
"""Layout `notation`."""
