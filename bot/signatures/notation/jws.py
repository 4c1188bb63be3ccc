"""Notary Project's signatures (Notation), in their JSON form (JWS).

https://github.com/notaryproject/specifications/blob/main/specs/signature-envelope-jws.md
"""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pydantic import AwareDatetime, BeforeValidator, Field

from bot.errors import RefusedError, UndecidableError
from bot.oci.manifest import Wire, read
from bot.signatures.certificates.identity import Identity
from bot.signatures.keys import supported
from bot.signatures.media_types import JWS
from bot.signatures.notation.chain import verify_notation_chain
from bot.signatures.protobuf import Base64
from bot.signatures.roots.root import Trust
from bot.signatures.verdict import Verified

PAYLOAD: Final = "application/vnd.cncf.notary.payload.v1+json"
CHAIN_MAX: Final = 10
"""Certificates beside one signature."""

_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "256": hashes.SHA256(),
    "384": hashes.SHA384(),
    "512": hashes.SHA512(),
}
_SCHEME: Final = "io.cncf.notary.signingScheme"
_EXPIRY: Final = "io.cncf.notary.expiry"
_KNOWN: Final = frozenset({_SCHEME, _EXPIRY})


def _url_decoded(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("base64url text is expected")  # noqa: TRY004 - pydantic turns only ValueError into its own
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None


Base64Url = Annotated[bytes, BeforeValidator(_url_decoded)]


class _Header(Wire):
    """Unprotected: nothing in it is signed, but what it holds is checked by itself."""

    x5c: Annotated[tuple[Base64, ...], Field(min_length=1, max_length=CHAIN_MAX)]
    countersigned: str = Field(default="", alias="io.cncf.notary.timestampSignature")


class _Envelope(Wire):
    payload: str
    protected: str
    header: _Header
    signature: Base64Url


class _Text(Wire):
    text: Base64Url


class _Protected(Wire):
    alg: str
    cty: str
    crit: tuple[str, ...] = ()
    scheme: str = Field(alias=_SCHEME)
    expires: AwareDatetime | None = Field(default=None, alias=_EXPIRY)


class _Target(Wire):
    digest: str


class _Payload(Wire):
    target: _Target = Field(alias="targetArtifact")


def verify_notation(data: bytes, media_type: str, digest: str, trust: Trust, now: datetime) -> Verified:
    """Check a Notation signature. Raises RefusedError, UndecidableError, MalformedError.

    The signer's own word for the time proves nothing: certificates are judged at `now`.
    """
    if media_type != JWS:
        raise UndecidableError("Notation signatures in COSE form are not supported" if "cose" in media_type else _NONE)
    if not trust.notation:
        raise UndecidableError("a Notation signature, and the policy names no certificate for it")
    envelope = read(data, _Envelope, what="the Notation envelope")
    protected = read(_decoded(envelope.protected), _Protected, what="its protected header")
    _require_known(protected)
    chain = tuple(x509.load_der_x509_certificate(one) for one in envelope.header.x5c)
    _verify_jws(chain[0], protected.alg, envelope)
    root = verify_notation_chain(chain, trust.notation, now, countersigned=bool(envelope.header.countersigned))
    if protected.expires is not None and protected.expires <= now:
        raise RefusedError(f"the signature expired on {protected.expires:%Y-%m-%d}")
    if read(_decoded(envelope.payload), _Payload, what="its payload").target.digest != digest:
        raise RefusedError("the signature is about another digest")
    signer = Identity(chain[0].subject.rfc4514_string(), root.subject.rfc4514_string())
    if not signer.subject:
        raise UndecidableError("the certificate names no signer")
    return Verified(signer)


_NONE: Final = "the manifest holds no Notation signature"


def _require_known(protected: _Protected) -> None:
    """What the specification calls critical must be known, and the scheme must be called so."""
    if protected.cty != PAYLOAD:
        raise UndecidableError("the Notation envelope holds something else than a Notation payload")
    if protected.scheme != "notary.x509":
        raise UndecidableError("the signature is of a signing authority, which the policy cannot name")
    unknown = set(protected.crit) - _KNOWN
    if unknown:
        raise UndecidableError(f"the signature asks for something that is not supported: {min(unknown)[:60]!r}")
    required = {_SCHEME} | ({_EXPIRY} if protected.expires else set())
    if not required <= set(protected.crit):
        raise UndecidableError("the signature does not call critical what the specification asks for")


def _decoded(text: str) -> bytes:
    return _Text.model_validate({"text": text}).text


def _verify_jws(leaf: x509.Certificate, algorithm: str, envelope: _Envelope) -> None:
    """RFC 7518, 3.4 and 3.5: ECDSA as two numbers, RSA with PSS whose salt is as long as the hash."""
    digest = _HASHES.get(algorithm[2:])
    key = supported(leaf.public_key())
    signed = f"{envelope.protected}.{envelope.payload}".encode()
    try:
        if algorithm.startswith("PS") and digest and isinstance(key, rsa.RSAPublicKey):
            key.verify(envelope.signature, signed, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        elif algorithm.startswith("ES") and digest and isinstance(key, ec.EllipticCurvePublicKey):
            half = len(envelope.signature) // 2
            numbers = (int.from_bytes(part, "big") for part in (envelope.signature[:half], envelope.signature[half:]))
            key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(digest))
        else:
            raise UndecidableError(f"the signature's algorithm {algorithm[:20]!r} is not supported, or not of its key")
    except InvalidSignature:
        raise RefusedError("the signature does not fit the certificate and the content") from None
