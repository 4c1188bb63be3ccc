"""What somebody without the key makes of a good signature of Notation's, and what a key signs that was not for that."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from bot.signatures.reason import SignatureReason
from tests.signatures.judged import DIGEST, OTHER, TODAY, assert_invalid, assert_unverifiable, assert_valid
from tests.signatures.test_notation import Holder, holder, rebuilt, usage, verdict


@pytest.fixture(scope="module")
def by_rsa() -> Holder:
    return holder(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def test_an_rsa_signature_that_was_moved_to_another_image(by_rsa: Holder) -> None:
    assert_valid(verdict(by_rsa.envelope(), by_rsa.trust))
    moved = by_rsa.envelope(OTHER) | {"payload": by_rsa.envelope()["payload"]}
    assert moved["payload"] == by_rsa.envelope(DIGEST)["payload"]
    assert_invalid(verdict(moved, by_rsa.trust), SignatureReason.SIGNATURE)


@pytest.mark.parametrize("algorithm", ["RS256", "256", "ES256", "HS256", "PS1024", "PS"])
def test_an_rsa_key_signs_with_its_own_algorithms_alone(by_rsa: Holder, algorithm: str) -> None:
    """The signature is PSS each time, and other readers take the header's word for what it is."""
    assert_unverifiable(verdict(by_rsa.envelope(alg=algorithm), by_rsa.trust), SignatureReason.UNSUPPORTED)


def test_a_certificate_that_is_not_valid_yet() -> None:
    early = holder(ec.generate_private_key(ec.SECP256R1()), born=TODAY + timedelta(days=31))
    assert_invalid(verdict(early.envelope(), early.trust), SignatureReason.CERTIFICATE_TIME)


def test_a_certificate_for_something_else_alone(by_rsa: Holder) -> None:
    """The authority gave it to a client or a device, and not to a workflow that releases."""
    for purpose in (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.OCSP_SIGNING):
        made = rebuilt(by_rsa, usage=usage(signs=True), purposes=[purpose])
        assert_invalid(verdict(made.envelope(), made.trust), SignatureReason.CERTIFICATE_USAGE)
