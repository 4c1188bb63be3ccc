"""The signature in a bundle, checked with one key: over an envelope's encoding, or over the image's own digest."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.signatures.bundles.document import Bundle
from bot.signatures.checked import CheckedSignature
from bot.signatures.dsse import verify_envelope
from bot.signatures.keys import PublicKey


def open_bundle(bundle: Bundle, digest: str, key: PublicKey) -> CheckedSignature:
    """Check the signature with that key. Raises RefusedError, UndecidableError.

    A message signature is made over an artifact; for an image, that is the manifest with this digest.
    """
    sealed = bundle.sealed()
    if sealed is not None:
        return CheckedSignature(sealed.payload, sealed.message, verify_envelope(sealed, key))
    message = bundle.message_signature
    if message is None:
        raise MalformedError("the bundle holds no signature")
    hashed = signed_digest(bundle, digest)
    _verify_hashed(key, message.signature, hashed)
    return CheckedSignature(b"", b"", message.signature, content_hash=hashed.hex())


def signed_digest(bundle: Bundle, digest: str) -> bytes:
    """The SHA-256 that a message signature is to be over, which must be the image's. Raises RefusedError."""
    algorithm, _, value = digest.partition(":")
    if algorithm != "sha256":
        raise UndecidableError("message signatures are checked for sha256 digests only")
    stated = bundle.message_signature.message_digest if bundle.message_signature else None
    if stated and stated.digest and stated.digest != bytes.fromhex(value):
        raise RefusedError("the signature is about another digest")
    return bytes.fromhex(value)


def _verify_hashed(key: PublicKey, signature: bytes, hashed: bytes) -> None:
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, hashed, ec.ECDSA(Prehashed(SHA256())))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, hashed, padding.PKCS1v15(), Prehashed(SHA256()))
        else:
            raise UndecidableError("an Ed25519 signature over an artifact needs the artifact itself")
    except InvalidSignature:
        raise RefusedError("the signature does not fit the key and the content") from None
