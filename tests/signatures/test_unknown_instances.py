"""Who is not known is not refuted: instances, issuers and authorities beside our roots, and what stays invalid there.

An attacker may bring a certificate of his own, and gets `unverifiable`, which never passes. What refutes itself stays
`invalid`, whoever signed it.
"""

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from bot.signatures.reason import SignatureReason
from tests.private_fulcio import NOW, Signer, new_key
from tests.private_sigstore import PrivateSigstore, b64, statement
from tests.signatures.judged import DIGEST, OTHER, assert_invalid, assert_unverifiable, bundle, layer


@pytest.fixture(scope="module")
def staging(sigstore: PrivateSigstore) -> PrivateSigstore:
    """Another instance whose authority bears the same name, as Sigstore's staging does."""
    return PrivateSigstore(name=sigstore.name)


def made_by(instance: PrivateSigstore, digest: str = DIGEST, kind: str = "dsse/0.0.1") -> dict[str, Any]:
    return instance.bundle(statement(digest), instance.signer(), kind=kind)


@pytest.mark.parametrize("kind", ["dsse/0.0.1", "intoto/0.0.2"])
def test_staging_and_a_sigstore_of_one_s_own(sigstore: PrivateSigstore, staging: PrivateSigstore, kind: str) -> None:
    assert_unverifiable(bundle(made_by(staging, kind=kind), sigstore.trust()), SignatureReason.UNKNOWN_ISSUER)
    assert_unverifiable(layer(staging.sig_layer(DIGEST, staging.signer()), sigstore.trust()), "not issued by any")


class TestWhatRefutesItselfIsInvalid:
    """These need no root: signature, digest and log entry are compared before any root is asked."""

    def test_another_digest(self, sigstore: PrivateSigstore, staging: PrivateSigstore) -> None:
        assert_invalid(bundle(made_by(staging, OTHER), sigstore.trust()), SignatureReason.OTHER_DIGEST)
        made = staging.sig_layer(OTHER, staging.signer())
        assert_invalid(layer(made, sigstore.trust()), SignatureReason.OTHER_DIGEST)

    def test_a_changed_payload(self, sigstore: PrivateSigstore, staging: PrivateSigstore) -> None:
        made = made_by(staging)
        made["dsseEnvelope"]["payload"] = b64(statement(OTHER))
        assert_invalid(bundle(made, sigstore.trust(), OTHER), SignatureReason.SIGNATURE)

    def test_a_log_entry_about_something_else(self, sigstore: PrivateSigstore, staging: PrivateSigstore) -> None:
        made, other = made_by(staging), made_by(staging, OTHER)
        made["verificationMaterial"]["tlogEntries"] = other["verificationMaterial"]["tlogEntries"]
        assert_invalid(bundle(made, sigstore.trust()), SignatureReason.LOG_ENTRY)


def test_a_certificate_that_names_our_authority_s_very_key_is_forged(sigstore: PrivateSigstore) -> None:
    """A name may be shared; the identifier of a key is not."""
    honest = sigstore.signer()
    assert honest.certificate is not None
    thief = new_key()
    builder = x509.CertificateBuilder(
        issuer_name=sigstore.fulcio.ca.subject,
        subject_name=x509.Name([]),
        public_key=honest.certificate.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=honest.certificate.not_valid_before_utc,
        not_valid_after=honest.certificate.not_valid_after_utc,
        extensions=list(honest.certificate.extensions),
    )
    forged = Signer(honest.key, builder.sign(thief, hashes.SHA256()))
    made = sigstore.bundle(statement(DIGEST), forged)
    assert_invalid(bundle(made, sigstore.trust()), SignatureReason.CERTIFICATE_FORGED)
    assert_invalid(layer(sigstore.sig_layer(DIGEST, forged), sigstore.trust()), SignatureReason.CERTIFICATE_FORGED)


def test_the_same_name_without_any_identifier_is_not_known(sigstore: PrivateSigstore) -> None:
    honest = sigstore.signer()
    assert honest.certificate is not None
    kept = [one for one in honest.certificate.extensions if not isinstance(one.value, x509.AuthorityKeyIdentifier)]
    builder = x509.CertificateBuilder(
        issuer_name=sigstore.fulcio.ca.subject,
        subject_name=x509.Name([]),
        public_key=honest.certificate.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=NOW,
        not_valid_after=honest.certificate.not_valid_after_utc,
        extensions=kept,
    )
    strange = Signer(honest.key, builder.sign(new_key(), hashes.SHA256()))
    made = sigstore.sig_layer(DIGEST, strange)
    assert_unverifiable(layer(made, sigstore.trust()), SignatureReason.UNKNOWN_ISSUER)
