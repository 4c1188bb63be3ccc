"""Bundles without an envelope: a signature over the image's manifest, of which we have the digest alone."""

import hashlib
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from bot.signatures.keys import NamedKey
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Trust
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore, b64
from tests.signatures.judged import DIGEST, assert_invalid, assert_unverifiable, assert_valid, bundle

MANIFEST = b'{"schemaVersion": 2}'
HASHED = hashlib.sha256(MANIFEST)
IMAGE = f"sha256:{HASHED.hexdigest()}"

EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED_KEY = ed25519.Ed25519PrivateKey.generate()


def keyed(signature: bytes, *, stated: bytes | None = None) -> dict[str, Any]:
    """A bundle of a key's, with no log entry."""
    message: dict[str, Any] = {"signature": b64(signature)}
    if stated is not None:
        message["messageDigest"] = {"algorithm": "SHA2_256", "digest": b64(stated)}
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"publicKey": {"hint": ""}},
        "messageSignature": message,
    }


def trust(key: Any) -> Trust:  # noqa: ANN401 - any private key
    return Trust(keys=(NamedKey("release", key.public_key()),))


SIGNED: dict[str, tuple[Any, bytes]] = {
    "ec": (EC_KEY, EC_KEY.sign(MANIFEST, ec.ECDSA(hashes.SHA256()))),
    "rsa": (RSA_KEY, RSA_KEY.sign(MANIFEST, padding.PKCS1v15(), hashes.SHA256())),
}


@pytest.mark.parametrize("kind", SIGNED)
@pytest.mark.parametrize("stated", [None, HASHED.digest()], ids=["unstated", "stated"])
class TestByAKey:
    """The bundle may state the hash, or leave it to us."""

    def test_it_holds(self, kind: str, stated: bytes | None) -> None:
        key, signature = SIGNED[kind]
        verdict = bundle(keyed(signature, stated=stated), trust(key), IMAGE)
        assert_valid(verdict)
        assert (verdict.key_name, verdict.signed_at, verdict.predicate_type) == ("release", "", "")

    def test_about_another_digest(self, kind: str, stated: bytes | None) -> None:
        key, signature = SIGNED[kind]
        code = SignatureReason.NO_KEY_FITS if stated is None else SignatureReason.OTHER_DIGEST
        assert_invalid(bundle(keyed(signature, stated=stated), trust(key), DIGEST), code)

    def test_of_another_key(self, kind: str, stated: bytes | None) -> None:
        _, signature = SIGNED[kind]
        other = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else RSA_KEY
        made = keyed(signature if kind == "ec" else signature[::-1], stated=stated)
        assert_invalid(bundle(made, trust(other), IMAGE), SignatureReason.NO_KEY_FITS)


def test_a_stated_hash_that_nobody_signed() -> None:
    """The statement of the hash is not signed, so it must fit the signature, too."""
    _, signature = SIGNED["ec"]
    made = keyed(signature, stated=bytes.fromhex(DIGEST.removeprefix("sha256:")))
    assert_invalid(bundle(made, trust(EC_KEY), DIGEST), SignatureReason.NO_KEY_FITS)


def test_ed25519_needs_the_manifest_itself() -> None:
    made = keyed(ED_KEY.sign(MANIFEST))
    assert_unverifiable(bundle(made, trust(ED_KEY), IMAGE), SignatureReason.UNSUPPORTED)


def test_digests_of_other_algorithms() -> None:
    made = keyed(SIGNED["ec"][1])
    digest = f"sha512:{hashlib.sha512(MANIFEST).hexdigest()}"
    assert_unverifiable(bundle(made, trust(EC_KEY), digest), SignatureReason.UNSUPPORTED)


@pytest.mark.parametrize(
    ("algorithm", "stated"),
    [
        ("SHA2_384", hashlib.sha384(MANIFEST).digest()),
        ("SHA2_512", hashlib.sha512(MANIFEST).digest()),
        ("SHA3_256", hashlib.sha3_256(MANIFEST).digest()),
        ("SHA2_512", HASHED.digest()),
        ("SHA2_256", HASHED.digest()[:31]),
    ],
    ids=["384 bits", "512 bits", "SHA-3", "misnamed", "short"],
)
@pytest.mark.parametrize("kind", SIGNED)
def test_a_hash_that_is_not_the_one_of_images(kind: str, algorithm: str, stated: bytes) -> None:
    """Signers with keys on larger curves hash with their own function. That says nothing of the image's digest."""
    key, signature = SIGNED[kind]
    made = keyed(signature, stated=stated)
    made["messageSignature"]["messageDigest"]["algorithm"] = algorithm
    assert_unverifiable(bundle(made, trust(key), IMAGE), SignatureReason.UNSUPPORTED)


def test_no_key_in_the_policy() -> None:
    assert_unverifiable(bundle(keyed(SIGNED["ec"][1]), Trust(), IMAGE), SignatureReason.NO_KEY)


def test_neither_and_both(sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.message_bundle(MANIFEST, signer)
    made["messageSignature"]["messageDigest"].pop("hex")
    assert_valid(bundle(made, sigstore.trust(), IMAGE))
    both = {**made, "dsseEnvelope": {"payload": "", "payloadType": "application/vnd.in-toto+json", "signatures": []}}
    assert_unverifiable(bundle(both, sigstore.trust(), IMAGE), SignatureReason.MALFORMED)
    del made["messageSignature"]
    assert_unverifiable(bundle(made, sigstore.trust(), IMAGE), SignatureReason.MALFORMED)


@pytest.mark.parametrize("kind", SIGNED)
def test_a_key_that_cannot_be_tried_does_not_stand_in_the_way_of_the_one_that_signed(kind: str) -> None:
    key, signature = SIGNED[kind]
    ours, untried = NamedKey("release", key.public_key()), NamedKey("other", ED_KEY.public_key())
    for keys in ((untried, ours), (ours, untried)):
        found = bundle(keyed(signature), Trust(keys=keys), IMAGE)
        assert_valid(found)
        assert found.key_name == "release"
    stranger = NamedKey("stranger", ec.generate_private_key(ec.SECP256R1()).public_key())
    for keys in ((untried, stranger), (stranger, untried)):  # it may be the one that could not be tried
        assert_unverifiable(bundle(keyed(signature), Trust(keys=keys), IMAGE), SignatureReason.UNSUPPORTED)
