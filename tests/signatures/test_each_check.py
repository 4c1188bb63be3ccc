"""Cases that one check alone refuses: what it looks at is seldom met, or is refused elsewhere for another reason."""

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.errors import MalformedError, OverLimitError, RefusedError, UndecidableError
from bot.oci.reference import Reference
from bot.signatures.bundles.document import BUNDLES_MAX, split_bundles
from bot.signatures.docker_hardened.published import TITLE, is_hardened
from bot.signatures.keys import PEM_MAX, NamedKey, read_pem, verify_signature
from bot.signatures.pae import pae
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.attempt import first_that_holds
from bot.signatures.roots.root import Period, TrustedRoot
from bot.signatures.search import KnownImage
from tests.private_fulcio import NOW, Signer, new_key
from tests.private_sigstore import DSSE, IN_TOTO, PrivateSigstore, b64, statement
from tests.signatures.judged import DIGEST, assert_unverifiable, bundle, layer

SLSA = "https://slsa.dev/provenance/v1"
SIGNATURE = "dev.cosignproject.cosign/signature"
CERTIFICATE = "dev.sigstore.cosign/certificate"


@pytest.mark.parametrize(
    ("curve", "hashed"),
    [
        (ec.SECP384R1(), hashes.SHA256()),
        (ec.SECP384R1(), hashes.SHA384()),
        (ec.SECP521R1(), hashes.SHA256()),
        (ec.SECP521R1(), hashes.SHA512()),
    ],
)
def test_larger_curves_sign_with_cosign_s_hash_or_their_own(
    curve: ec.EllipticCurve, hashed: hashes.HashAlgorithm
) -> None:
    key = ec.generate_private_key(curve)
    verify_signature(key.public_key(), key.sign(b"image", ec.ECDSA(hashed)), b"image")
    with pytest.raises(RefusedError):
        verify_signature(key.public_key(), key.sign(b"image", ec.ECDSA(hashed)), b"other")


def test_a_key_that_is_far_too_long_is_not_read() -> None:
    pem = new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert read_pem(pem.ljust(PEM_MAX, b"\n")) == read_pem(pem)
    with pytest.raises(MalformedError, match="PEM_MAX"):
        read_pem(pem.ljust(PEM_MAX + 1, b"\n"))


def test_a_certificate_that_is_far_too_long_is_not_read(sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.sig_layer(DIGEST, signer)
    made["annotations"][CERTIFICATE] = made["annotations"][CERTIFICATE].ljust(PEM_MAX + 1, "\n")
    assert_unverifiable(layer(made, sigstore.trust()), "PEM_MAX")


def test_a_statement_with_something_behind_it_is_none(sigstore: PrivateSigstore) -> None:
    """Whoever signed it signed these bytes; another reader reads another document, or none."""
    holder = Signer(new_key())
    content = statement(DIGEST, SLSA, {}) + b" {}"
    signatures = [{"sig": b64(holder.sign(pae(IN_TOTO, content)))}]
    data = json.dumps({"payloadType": IN_TOTO, "payload": b64(content), "signatures": signatures}).encode()
    made = {"media_type": DSSE, "data": data, "annotations": {"predicateType": SLSA}}
    assert_unverifiable(layer(made, sigstore.trust(NamedKey("release", holder.public))), SignatureReason.MALFORMED)


@pytest.mark.parametrize("change", [{"media_type": "text/plain"}, {"annotations": {SIGNATURE: ""}}])
def test_a_layer_of_another_kind_or_without_its_signature(sigstore: PrivateSigstore, change: dict[str, Any]) -> None:
    holder = Signer(new_key())
    made = sigstore.sig_layer(DIGEST, holder) | change
    assert_unverifiable(layer(made, sigstore.trust(NamedKey("release", holder.public))), "holds no signature")


def test_an_envelope_that_nobody_signed_is_not_forged(sigstore: PrivateSigstore) -> None:
    """Its statement counts as BuildKit's own do, which nobody signs."""
    holder = Signer(new_key())
    content = statement(DIGEST, SLSA, {})
    data = json.dumps({"payloadType": IN_TOTO, "payload": b64(content), "signatures": []}).encode()
    made = {"media_type": DSSE, "data": data, "annotations": {"predicateType": SLSA}}
    assert_unverifiable(layer(made, sigstore.trust(NamedKey("release", holder.public))), SignatureReason.UNSUPPORTED)


def test_as_many_bundles_as_are_read_and_one_more() -> None:
    assert len(split_bundles(b"{}\n" * BUNDLES_MAX)) == BUNDLES_MAX
    with pytest.raises(OverLimitError, match="BUNDLES_MAX"):
        split_bundles(b"{}\n" * (BUNDLES_MAX + 1))


def test_the_first_version_without_promise_and_proof_has_no_time(sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.bundle(statement(DIGEST), signer, version="application/vnd.dev.sigstore.bundle+json;version=0.1")
    (entry,) = made["verificationMaterial"]["tlogEntries"]
    del entry["inclusionProof"], entry["inclusionPromise"]
    assert_unverifiable(bundle(made, sigstore.trust()), SignatureReason.NO_TRUSTED_TIME)


@pytest.mark.parametrize(
    ("registry", "title", "is_one"),
    [
        ("docker.io", "dhi/node", True),
        ("dhi.io", "dhi/node", True),
        ("quay.io", "dhi/node", False),
        ("docker.io.evil.example", "dhi/node", False),
        ("docker.io", "node", False),
    ],
)
def test_a_title_makes_a_hardened_image_only_where_they_are_published(
    registry: str, title: str, *, is_one: bool
) -> None:
    """Docker's second registry is asked about no other: whose names are there says nothing about these."""
    image = Reference(registry, "acme/node", digest=DIGEST)
    assert is_hardened(KnownImage(image, (), annotations=((TITLE, title),))) is is_one


def test_both_ends_of_a_period_belong_to_it() -> None:
    second, end = timedelta(seconds=1), NOW + timedelta(days=1)
    period = Period(NOW, end)
    assert [period.holds(at) for at in (NOW - second, NOW, end, end + second)] == [False, True, True, False]
    assert Period(NOW, None).holds(end)
    assert not Period(NOW, None).holds(NOW - second)


def test_a_root_that_cannot_tell_outweighs_one_that_refuses(sigstore: PrivateSigstore) -> None:
    """The other root may be the one that knows; where all refuse, the first says why."""
    root = sigstore.trust().roots[0]
    refused, unsure = RefusedError(SignatureReason.LOG_TIME, "no"), UndecidableError(SignatureReason.UNKNOWN_LOG, "?")

    def tried(*answers: Exception | str) -> str:
        left = list(answers)

        def ask(_: TrustedRoot) -> str:
            answer = left.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return first_that_holds([root] * len(answers), ask)

    assert tried(refused, unsure, "proof") == "proof"
    for answers in ((refused, unsure), (unsure, refused)):
        with pytest.raises(UndecidableError, match=r"\?"):
            tried(*answers)
    with pytest.raises(RefusedError, match="first"):
        tried(RefusedError(SignatureReason.LOG_TIME, "first"), refused)
