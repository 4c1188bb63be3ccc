"""Signatures made with a key: the policy names it, the first that fits names the signer."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.errors import MalformedError, UndecidableError
from bot.signatures.keys import NamedKey, read_pem
from bot.signatures.roots.root import Trust
from tests.private_fulcio import Signer, new_key
from tests.private_sigstore import PrivateSigstore, b64, simple_signing, statement
from tests.signatures.judged import (
    DIGEST,
    OTHER,
    assert_invalid,
    assert_unverifiable,
    assert_valid,
    bundle,
    layer,
)

SLSA = "https://slsa.dev/provenance/v1"


@pytest.fixture(scope="module")
def holder() -> Signer:
    return Signer(new_key())


@pytest.fixture(scope="module")
def ours(holder: Signer) -> NamedKey:
    return NamedKey("release", holder.public)


@pytest.fixture(scope="module")
def other() -> NamedKey:
    return NamedKey("other", new_key().public_key())


@pytest.mark.parametrize("log", [True, False])
def test_the_key_that_fits_names_the_signer(
    sigstore: PrivateSigstore, holder: Signer, ours: NamedKey, other: NamedKey, *, log: bool
) -> None:
    signature = layer(sigstore.sig_layer(DIGEST, holder, log=log), sigstore.trust(other, ours))
    assert_valid(signature)
    assert (signature.key_name, signature.identity) == ("release", "")
    assert signature.signed_at == ("2026-03-01T12:00:00Z" if log else "")


def test_an_attestation_and_a_bundle(sigstore: PrivateSigstore, holder: Signer, ours: NamedKey) -> None:
    content = statement(DIGEST, SLSA, {})
    signature = layer(sigstore.att_layer(content, holder), sigstore.trust(ours))
    assert_valid(signature)
    assert (signature.key_name, signature.predicate_type) == ("release", SLSA)
    signature = bundle(sigstore.bundle(content, holder), sigstore.trust(ours))
    assert_valid(signature)
    assert (signature.key_name, signature.predicate_type) == ("release", SLSA)


def test_no_key_fits(sigstore: PrivateSigstore, holder: Signer, other: NamedKey) -> None:
    because = "another key signed, or the content was changed"
    assert_invalid(layer(sigstore.sig_layer(DIGEST, holder), sigstore.trust(other)), because)
    assert_invalid(bundle(sigstore.bundle(statement(DIGEST), holder), sigstore.trust(other)), because)


def test_without_any_key_nothing_is_said(sigstore: PrivateSigstore, holder: Signer) -> None:
    assert_unverifiable(layer(sigstore.sig_layer(DIGEST, holder), sigstore.trust()), "the policy names no key")
    assert_unverifiable(bundle(sigstore.bundle(statement(DIGEST), holder), sigstore.trust()), "names no key")


def test_a_changed_payload_and_another_digest(sigstore: PrivateSigstore, holder: Signer, ours: NamedKey) -> None:
    made = sigstore.sig_layer(DIGEST, holder, log=False)
    assert_invalid(layer(made, sigstore.trust(ours), OTHER), "about another digest")
    made["data"] = simple_signing(OTHER)
    assert_invalid(layer(made, sigstore.trust(ours), OTHER), "content was changed")


def test_a_log_entry_that_is_there_must_be_about_this_signature(
    sigstore: PrivateSigstore, holder: Signer, ours: NamedKey
) -> None:
    made = sigstore.sig_layer(DIGEST, holder)
    foreign = sigstore.sig_layer(OTHER, holder)["annotations"]["dev.sigstore.cosign/bundle"]
    made["annotations"]["dev.sigstore.cosign/bundle"] = foreign
    assert_invalid(layer(made, sigstore.trust(ours)), "about other content")


def test_a_promise_that_the_log_did_not_make(sigstore: PrivateSigstore, holder: Signer, ours: NamedKey) -> None:
    made = sigstore.sig_layer(DIGEST, holder)
    entry = json.loads(made["annotations"]["dev.sigstore.cosign/bundle"])
    entry["Payload"]["integratedTime"] += 1
    made["annotations"]["dev.sigstore.cosign/bundle"] = json.dumps(entry)
    assert_invalid(layer(made, sigstore.trust(ours)), "log did not sign this entry")


def test_the_key_proves_who_signed_even_where_nobody_knows_the_log(
    stranger: PrivateSigstore, sigstore: PrivateSigstore, holder: Signer, ours: NamedKey
) -> None:
    signature = layer(stranger.sig_layer(DIGEST, holder), sigstore.trust(ours))
    assert_valid(signature)
    assert signature.signed_at == ""


def _rsa(payload: bytes) -> tuple[Any, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.public_key(), key.sign(payload, padding.PKCS1v15(), hashes.SHA256())


def _ed25519(payload: bytes) -> tuple[Any, bytes]:
    key = ed25519.Ed25519PrivateKey.generate()
    return key.public_key(), key.sign(payload)


def _p384(payload: bytes) -> tuple[Any, bytes]:
    key = ec.generate_private_key(ec.SECP384R1())
    return key.public_key(), key.sign(payload, ec.ECDSA(hashes.SHA384()))


@pytest.mark.parametrize("made", [_rsa, _ed25519, _p384])
def test_other_kinds_of_keys(made: Any) -> None:  # noqa: ANN401 - one of the three above
    payload = simple_signing(DIGEST)
    key, signature = made(payload)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    trust = Trust(keys=(NamedKey("k", read_pem(pem)),))
    annotations = {"dev.cosignproject.cosign/signature": b64(signature)}
    signed = {"media_type": "application/vnd.dev.cosign.simplesigning.v1+json", "data": payload}
    assert_valid(layer({**signed, "annotations": annotations}, trust))
    changed = {**signed, "data": payload + b" "}
    assert_invalid(layer({**changed, "annotations": annotations}, trust), "content was changed")


def test_keys_that_prove_nothing_are_not_taken() -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505 - that is the point
    with pytest.raises(UndecidableError, match="1024 bits"):
        read_pem(weak.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    for garbage in (b"", b"-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----\n", b"x" * 100_000):
        with pytest.raises(MalformedError):
            read_pem(garbage)


@pytest.mark.parametrize("curve", [ec.SECP192R1(), ec.SECP224R1(), ec.SECP256K1(), ec.BrainpoolP256R1()])
def test_curves_that_sigstore_does_not_know(sigstore: PrivateSigstore, curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(UndecidableError, match=curve.name):
        read_pem(pem)
    signer = sigstore.signer(key=key)
    assert_unverifiable(layer(sigstore.sig_layer(DIGEST, signer), sigstore.trust()), curve.name)
    assert_unverifiable(bundle(sigstore.bundle(statement(DIGEST), signer), sigstore.trust()), curve.name)


HOLDER = Signer(new_key())


class TestSeveralRoots:
    """The key proves who signed; a root that knows the log gives the time, and may refuse what the log did not sign."""

    def made(self, sigstore: PrivateSigstore) -> dict[str, Any]:
        return sigstore.sig_layer(DIGEST, HOLDER)

    def trust(self, *instances: PrivateSigstore) -> Trust:
        roots = tuple(root for one in instances for root in one.trust().roots)
        return Trust(roots, (NamedKey("release", HOLDER.public),))

    def test_the_one_that_knows_the_log_is_found(self, sigstore: PrivateSigstore, stranger: PrivateSigstore) -> None:
        for order in ((stranger, sigstore), (sigstore, stranger)):
            signature = layer(self.made(sigstore), self.trust(*order))
            assert (signature.state, signature.signed_at) == ("valid", "2026-03-01T12:00:00Z")

    def test_what_it_refuses_no_other_root_makes_good(
        self, sigstore: PrivateSigstore, stranger: PrivateSigstore
    ) -> None:
        made = self.made(sigstore)
        entry = json.loads(made["annotations"]["dev.sigstore.cosign/bundle"])
        entry["Payload"]["integratedTime"] += 60
        made["annotations"]["dev.sigstore.cosign/bundle"] = json.dumps(entry)
        for order in ((stranger, sigstore), (sigstore, stranger)):
            assert layer(made, self.trust(*order)).code == "log-signature-mismatch"

    def test_without_any_that_knows_it_the_time_is_open(
        self, sigstore: PrivateSigstore, stranger: PrivateSigstore
    ) -> None:
        signature = layer(self.made(sigstore), self.trust(stranger))
        assert (signature.state, signature.signed_at) == ("valid", "")
