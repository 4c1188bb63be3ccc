"""What the signature in a bundle is over: an envelope's encoding, or the image's manifest itself."""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.signatures.bundles.document import Bundle, MessageSignature
from bot.signatures.checked import CheckedSignature
from bot.signatures.dsse import EnvelopeContent
from bot.signatures.keys import PublicKey
from bot.signatures.pipeline import SignedContent
from bot.signatures.reason import SignatureReason


@dataclass(frozen=True, slots=True)
class MessageContent:
    """A signature over an artifact, of which only the SHA-256 is here; for an image, that is its digest."""

    hashed: bytes
    signature: bytes = field(repr=False)

    def check(self, key: PublicKey) -> CheckedSignature:
        """The signature is over something with that hash."""
        _verify_hashed(key, self.signature, self.hashed)
        return CheckedSignature(b"", b"", self.signature, content_hash=self.hashed.hex())

    def about(self, checked: CheckedSignature, digest: str) -> str:
        """The hash is the image's; an image signature has no predicate type."""
        if digest != f"sha256:{checked.content_hash}":
            raise RefusedError(SignatureReason.OTHER_DIGEST, "the signature is about another digest")
        return ""


def content_of(bundle: Bundle, digest: str) -> SignedContent:
    """The bundle's content; a message signature that names no hash is tried with the image's.

    Raises MalformedError, UndecidableError.
    """
    envelope, message = bundle.decoded(), bundle.message_signature
    if envelope is not None and message is None:
        return EnvelopeContent(envelope)
    if message is None or envelope is not None:
        raise MalformedError("the bundle holds neither an envelope nor a message signature, or both")
    algorithm, _, value = digest.partition(":")
    if algorithm != "sha256":
        raise UndecidableError(SignatureReason.UNSUPPORTED, "message signatures are checked for sha256 digests only")
    return MessageContent(_stated(message) or bytes.fromhex(value), message.signature)


def _stated(message: MessageSignature) -> bytes:
    """The hash that the bundle names, if any."""
    named = message.message_digest
    if named is None or not named.digest:
        return b""
    if named.algorithm not in ("", "SHA2_256") or len(named.digest) != SHA256.digest_size:
        raise UndecidableError(
            SignatureReason.UNSUPPORTED,
            f"a message signature over another hash than SHA-256 is not supported: {named.algorithm[:20]!r}",
        )
    return named.digest


def _verify_hashed(key: PublicKey, signature: bytes, hashed: bytes) -> None:
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, hashed, ec.ECDSA(Prehashed(SHA256())))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, hashed, padding.PKCS1v15(), Prehashed(SHA256()))
        else:
            raise UndecidableError(
                SignatureReason.UNSUPPORTED, "an Ed25519 signature over an artifact needs the artifact itself"
            )
    except InvalidSignature:
        raise RefusedError(SignatureReason.SIGNATURE, "the signature does not fit the key and the content") from None
