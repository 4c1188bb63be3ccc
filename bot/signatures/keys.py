"""Public keys: reading them, and checking one signature with one key."""

import hashlib
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.signatures.reason import SignatureReason

PEM_MAX: Final = 64 * 1024
"""Bytes of a key or a certificate in PEM; real ones have 200 to 4,000."""

RSA_MIN: Final = 2048
"""Bits; shorter RSA keys prove nothing today (NIST SP 800-131A)."""

PublicKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey

Verifier: TypeAlias = x509.Certificate | PublicKey
"""What a log entry may name as the signer."""

_CURVES: Final[dict[str, tuple[hashes.HashAlgorithm, ...]]] = {
    "secp256r1": (hashes.SHA256(),),
    "secp384r1": (hashes.SHA256(), hashes.SHA384()),
    "secp521r1": (hashes.SHA256(), hashes.SHA512()),
}
"""The curves that are accepted, and the hashes that they sign with: cosign's SHA-256, else the curve's own."""


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A public key that the policy names; the name is what people are shown."""

    name: str
    key: PublicKey = field(repr=False)


def spki(key: PublicKey) -> bytes:
    """The key as SubjectPublicKeyInfo, DER; two keys are the same when these are."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_id(key: PublicKey) -> bytes:
    """How logs are named: SHA-256 of the SubjectPublicKeyInfo (RFC 6962, 3.2)."""
    return hashlib.sha256(spki(key)).digest()


def read_der(data: bytes) -> PublicKey:
    """Raises UndecidableError for a kind of key that is not supported, MalformedError for bytes that are not a key."""
    try:
        return supported(load_der_public_key(data))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedError("not a public key in DER") from error


def read_pem(data: bytes) -> PublicKey:
    """Raises UndecidableError for a kind of key that is not supported, MalformedError for bytes that are not a key."""
    if len(data) > PEM_MAX:
        raise MalformedError(f"a key has at most PEM_MAX = {PEM_MAX} bytes")
    try:
        return supported(load_pem_public_key(data))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedError("not a public key in PEM") from error


def verify_signature(key: PublicKey, signature: bytes, data: bytes) -> None:
    """Check one signature over `data`.

    P-256 with SHA-256, larger curves with SHA-256 and then their own hash, RSA PKCS#1 v1.5 with SHA-256, Ed25519.
    Raises RefusedError.
    """
    for algorithm in _algorithms(key):
        try:
            _verify(key, signature, data, algorithm)
        except InvalidSignature:
            continue
        return
    raise RefusedError(SignatureReason.SIGNATURE, "the signature does not fit the key and the content")


def _algorithms(key: PublicKey) -> tuple[hashes.HashAlgorithm, ...]:
    return _CURVES[key.curve.name] if isinstance(key, ec.EllipticCurvePublicKey) else (hashes.SHA256(),)


def _verify(key: PublicKey, signature: bytes, data: bytes, algorithm: hashes.HashAlgorithm) -> None:
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(algorithm))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), algorithm)
    else:
        key.verify(signature, data)


def supported(key: object) -> PublicKey:
    """The key, of a certificate for one. Raises UndecidableError when signatures made with it prove nothing to us."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < RSA_MIN:
        raise UndecidableError(
            SignatureReason.UNSUPPORTED,
            f"an RSA key of {key.key_size} bits proves nothing; at least {RSA_MIN} are needed",
        )
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name not in _CURVES:
        raise UndecidableError(SignatureReason.UNSUPPORTED, f"keys on the curve {key.curve.name} are not supported")
    if isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey):
        return key
    raise UndecidableError(SignatureReason.UNSUPPORTED, "this kind of public key is not supported")
