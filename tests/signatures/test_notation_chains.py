"""The certificates of Notation's signatures: what may stand in them, and what takes the trust back."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bot.signatures.reason import SignatureReason
from tests.signatures.judged import TODAY, assert_invalid, assert_unverifiable, assert_valid
from tests.signatures.test_notation import CODE, Holder, certificate, usage, verdict


def _extended(
    *extensions: tuple[x509.ExtensionType, bool], at: str = "leaf", is_authority: bool | None = True
) -> Holder:
    """A chain of three, of which one certificate has these extensions (value, critical) besides.

    `is_authority` is what the one between says of itself, None for nothing.
    """
    top, middle, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    usages = {"leaf": usage(signs=True), "middle": _certifies()}
    made = []
    for name, public, issuer, issuer_key in (("leaf", key, "middle", middle), ("middle", middle, "top", top)):
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(public.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(TODAY - timedelta(days=1))
            .not_valid_after(TODAY + timedelta(days=1))
            .add_extension(usages[name], critical=True)
        )
        if name == "middle" and is_authority is not None:
            basic = x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None)
            builder = builder.add_extension(basic, critical=True)
        for value, critical in extensions if name == at else ():
            builder = builder.add_extension(value, critical=critical)
        made.append(builder.sign(issuer_key, hashes.SHA256()))
    return Holder(key, (*made, certificate("top", top, "top", top, ca=True)))


def _certifies() -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    return x509.KeyUsage(
        key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False, **dict.fromkeys(names, False)
    )


ODD = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")


@pytest.mark.parametrize("at", ["leaf", "middle"])
def test_a_critical_extension_that_is_not_understood_may_forbid_everything(at: str) -> None:
    assert_valid(verdict((made := _extended(at=at)).envelope(), made.trust))
    assert_valid(verdict((made := _extended((ODD, False), at=at)).envelope(), made.trust))
    made = _extended((ODD, True), at=at)
    assert_unverifiable(verdict(made.envelope(), made.trust), "critical extension 1.2.3.4")


@pytest.mark.parametrize("is_authority", [False, None])
def test_who_may_sign_certificates_is_an_authority_only_if_it_says_so(*, is_authority: bool | None) -> None:
    made = _extended(is_authority=is_authority)
    assert_invalid(verdict(made.envelope(), made.trust), SignatureReason.CERTIFICATE_CHAIN)


def test_an_authority_that_may_only_name_some_signers() -> None:
    """One that may name nobody but partners names the release workflow."""
    partners = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "partner")]))
    for constraints in (x509.NameConstraints([partners], None), x509.NameConstraints(None, [partners])):
        for critical in (True, False):
            made = _extended((constraints, critical), at="middle")
            assert_unverifiable(verdict(made.envelope(), made.trust), "restricts the names")
    hosts = x509.NameConstraints([x509.DNSName("acme.example")], None)  # no signer is named by a host
    assert_valid(verdict((made := _extended((hosts, True), at="middle")).envelope(), made.trust))


def test_a_certificate_for_something_else_besides() -> None:
    """The specification asks for a certificate that signs code and does nothing else; an authority signs none."""
    oids = ExtendedKeyUsageOID
    for other in (oids.SERVER_AUTH, oids.EMAIL_PROTECTION, oids.TIME_STAMPING, oids.ANY_EXTENDED_KEY_USAGE):
        made = _extended((x509.ExtendedKeyUsage([CODE, other]), False))
        assert_invalid(verdict(made.envelope(), made.trust), SignatureReason.CERTIFICATE_USAGE)
    made = _extended((x509.ExtendedKeyUsage([CODE, oids.CLIENT_AUTH]), False))
    assert_valid(verdict(made.envelope(), made.trust))
    made = _extended((x509.BasicConstraints(ca=True, path_length=None), True))
    assert_invalid(verdict(made.envelope(), made.trust), SignatureReason.CERTIFICATE_USAGE)
