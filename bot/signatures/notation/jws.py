"""Notary Project's signatures (Notation), in their JSON form (JWS).

https://github.com/notaryproject/specifications/blob/main/specs/signature-envelope-jws.md
"""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Annotated, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pydantic import AwareDatetime, BeforeValidator, Field

from bot.errors import RefusedError, UndecidableError
from bot.oci.documents import Wire, read
from bot.signatures.checked import CheckedSignature
from bot.signatures.keys import PublicKey
from bot.signatures.protobuf import Base64
from bot.signatures.reason import SignatureReason

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


class JwsEnvelope(Wire):
    """The JSON form of a JWS. What is signed are `protected` and `payload`, as they were sent."""

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


@dataclass(frozen=True, slots=True)
class JwsContent:
    """The signed payload and the header beside it, as the pipeline's content."""

    algorithm: str
    envelope: JwsEnvelope
    payload: bytes = field(repr=False)

    def check(self, key: PublicKey) -> CheckedSignature:
        """The signature is over header and payload as they were sent."""
        signed = f"{self.envelope.protected}.{self.envelope.payload}".encode()
        _verify_jws(key, self.algorithm, self.envelope.signature, signed)
        return CheckedSignature(self.payload, signed, self.envelope.signature)

    def about(self, checked: CheckedSignature, digest: str) -> str:
        """The payload names the digest; an image signature has no predicate type."""
        if read(checked.payload, _Payload, what="its payload").target.digest != digest:
            raise RefusedError(SignatureReason.OTHER_DIGEST, "the signature is about another digest")
        return ""


def read_jws(data: bytes) -> tuple[JwsContent, JwsEnvelope, AwareDatetime | None]:
    """The content, the envelope, and when the signature expires. Raises UndecidableError, MalformedError."""
    envelope = read(data, JwsEnvelope, what="the Notation envelope")
    protected = read(_decoded(envelope.protected), _Protected, what="its protected header")
    _require_known(protected)
    return JwsContent(protected.alg, envelope, _decoded(envelope.payload)), envelope, protected.expires


def _require_known(protected: _Protected) -> None:
    """What the specification calls critical must be known, and the scheme must be called so."""
    if protected.cty != PAYLOAD:
        raise UndecidableError(
            SignatureReason.UNSUPPORTED, "the Notation envelope holds something else than a Notation payload"
        )
    if protected.scheme != "notary.x509":
        raise UndecidableError(
            SignatureReason.UNSUPPORTED, "the signature is of a signing authority, which the policy cannot name"
        )
    unknown = set(protected.crit) - _KNOWN
    if unknown:
        raise UndecidableError(
            SignatureReason.UNSUPPORTED,
            f"the signature asks for something that is not supported: {min(unknown)[:60]!r}",
        )
    required = {_SCHEME} | ({_EXPIRY} if protected.expires else set())
    if not required <= set(protected.crit):
        raise UndecidableError(
            SignatureReason.UNSUPPORTED, "the signature does not call critical what the specification asks for"
        )


def _decoded(text: str) -> bytes:
    return _Text.model_validate({"text": text}).text


def _verify_jws(key: PublicKey, algorithm: str, signature: bytes, signed: bytes) -> None:
    """RFC 7518, 3.4 and 3.5: ECDSA as two numbers, RSA with PSS whose salt is as long as the hash."""
    digest = _HASHES.get(algorithm[2:])
    try:
        if algorithm.startswith("PS") and digest and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        elif algorithm.startswith("ES") and digest and isinstance(key, ec.EllipticCurvePublicKey):
            half = len(signature) // 2
            numbers = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(digest))
        else:
            raise UndecidableError(
                SignatureReason.UNSUPPORTED,
                f"the signature's algorithm {algorithm[:20]!r} is not supported, or not of its key",
            )
    except InvalidSignature:
        raise RefusedError(
            SignatureReason.SIGNATURE, "the signature does not fit the certificate and the content"
        ) from None
