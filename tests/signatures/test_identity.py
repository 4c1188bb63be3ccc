"""Who a certificate names."""

import pytest
from cryptography import x509

from bot.errors import UndecidableError
from bot.signatures.certificates.identity import identity_of
from tests.private_fulcio import ISSUER
from tests.private_sigstore import PrivateSigstore

USER_NAME = x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.7")


def named(sigstore: PrivateSigstore, *names: x509.GeneralName) -> x509.Certificate:
    certificate = sigstore.signer(names=x509.SubjectAlternativeName(names), sct=False).certificate
    assert certificate is not None
    return certificate


def test_a_person_a_workflow_a_user_name(sigstore: PrivateSigstore) -> None:
    person = named(sigstore, x509.RFC822Name("release@acme.example"))
    assert identity_of(person).subject == "release@acme.example"
    workflow = named(sigstore, x509.UniformResourceIdentifier("https://gitlab.com/acme//.gitlab-ci.yml@refs/tags/v1"))
    assert identity_of(workflow).subject == "https://gitlab.com/acme//.gitlab-ci.yml@refs/tags/v1"
    user = named(sigstore, x509.OtherName(USER_NAME, b"\x0c\x05alice"))
    assert identity_of(user).subject == "alice"
    assert identity_of(user).issuer == ISSUER


def test_nobody_and_several_are_no_answer(sigstore: PrivateSigstore) -> None:
    two = named(sigstore, x509.RFC822Name("a@acme.example"), x509.RFC822Name("b@acme.example"))
    with pytest.raises(UndecidableError, match="2 signers"):
        identity_of(two)
    for odd in (
        x509.DNSName("acme.example"),
        x509.OtherName(USER_NAME, b"\x05\0"),
        x509.OtherName(USER_NAME, b"\x0c\0"),
        x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), b"\x0c\x05alice"),
    ):
        with pytest.raises(UndecidableError, match="not supported"):
            identity_of(named(sigstore, odd))


def test_the_newer_of_two_issuers_counts(sigstore: PrivateSigstore) -> None:
    certificate = sigstore.signer(claims={"8": "https://other.example"}, sct=False).certificate
    assert certificate is not None
    assert identity_of(certificate).issuer == "https://other.example"


def test_long_text_is_read_with_its_length_and_too_long_text_is_not(sigstore: PrivateSigstore) -> None:
    long = "https://github.com/acme/" + "a" * 300
    certificate = sigstore.signer(claims={"12": long}, sct=False).certificate
    assert certificate is not None
    assert dict(identity_of(certificate).claims)["source-repository"] == long
    endless = sigstore.signer(claims={"12": "a" * 5000}, sct=False).certificate
    assert endless is not None
    with pytest.raises(UndecidableError, match="TEXT_MAX"):
        identity_of(endless)


def source(sigstore: PrivateSigstore, issuer: str, **claims: str) -> str | None:
    """The claimed repository of a certificate that has an old-style one, `acme/app`, besides."""
    made = sigstore.fulcio.signer(issuer=issuer, claims=claims, sct=False, old_repository="acme/app").certificate
    assert made is not None
    return dict(identity_of(made).claims).get("source-repository")


def test_older_certificates_name_the_repository_in_another_way(sigstore: PrivateSigstore) -> None:
    assert source(sigstore, ISSUER) == "https://github.com/acme/app"
    assert source(sigstore, f"{ISSUER}/acme") == "https://github.com/acme/app"  # an enterprise
    assert source(sigstore, ISSUER, **{"12": "https://github.com/acme/new"}) == "https://github.com/acme/new"
    for other in ("https://gitlab.com", f"{ISSUER}.evil.example"):
        assert source(sigstore, other) is None
