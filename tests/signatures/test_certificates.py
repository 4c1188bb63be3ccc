"""Signing certificates by themselves: what they must say, who must vouch for them, and whom they name."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from bot.errors import RefusedError, UndecidableError
from bot.signatures.certificates.chain import ROTATION, roots_of, verify_chain
from bot.signatures.certificates.identity import identity_of
from bot.signatures.certificates.sct import verify_sct
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Period, Trust, TrustedRoot
from bot.values import replace
from tests.private_fulcio import NOW, new_key
from tests.private_sct import with_sct
from tests.private_sigstore import PrivateSigstore

SIGSTORE = PrivateSigstore()
ROOT = SIGSTORE.trust().roots[0]
OTHER_USES = dict.fromkeys(
    ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only"), False
) | {"decipher_only": False}
CODE = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])


def leaf(change: Callable[[list[x509.Extension[x509.ExtensionType]]], None]) -> x509.Certificate:
    """An honest certificate of our authority, but for what `change` does to its extensions."""
    honest = SIGSTORE.signer().certificate
    assert honest is not None
    extensions = list(honest.extensions)
    change(extensions)
    return _again(honest, extensions).sign(SIGSTORE.fulcio.ca_key, hashes.SHA256())


def _again(
    honest: x509.Certificate, extensions: list[x509.Extension[x509.ExtensionType]] | None = None
) -> x509.CertificateBuilder:
    """The certificate, to be signed again; with other extensions, if any."""
    return x509.CertificateBuilder(
        issuer_name=SIGSTORE.fulcio.ca.subject,
        subject_name=x509.Name([]),
        public_key=honest.public_key(),
        serial_number=honest.serial_number,
        not_valid_before=honest.not_valid_before_utc,
        not_valid_after=honest.not_valid_after_utc,
        extensions=list(honest.extensions) if extensions is None else extensions,
    )


def without(*oids: x509.ObjectIdentifier) -> x509.Certificate:
    def change(extensions: list[x509.Extension[x509.ExtensionType]]) -> None:
        extensions[:] = [one for one in extensions if one.oid not in oids]

    return leaf(change)


def having(value: x509.ExtensionType, *, critical: bool = False) -> x509.Certificate:
    def change(extensions: list[x509.Extension[x509.ExtensionType]]) -> None:
        extensions[:] = [one for one in extensions if one.oid != value.oid]
        extensions.append(x509.Extension(value.oid, critical, value))

    return leaf(change)


def code(error: pytest.ExceptionInfo[RefusedError] | pytest.ExceptionInfo[UndecidableError]) -> str:
    return error.value.code


class TestTheChain:
    """At one time, under one root."""

    def test_honest(self) -> None:
        certificate = SIGSTORE.signer().certificate
        assert certificate is not None
        assert verify_chain(certificate, ROOT, NOW) == SIGSTORE.fulcio.ca

    @pytest.mark.parametrize("minutes", [-6, 11])
    def test_before_and_after_the_certificate(self, minutes: int) -> None:
        certificate = SIGSTORE.signer().certificate
        assert certificate is not None
        with pytest.raises(RefusedError) as error:
            verify_chain(certificate, ROOT, certificate.not_valid_before_utc + timedelta(minutes=minutes))
        assert code(error) is SignatureReason.CERTIFICATE_TIME

    def test_its_first_and_its_last_second_count(self) -> None:
        certificate = SIGSTORE.signer().certificate
        assert certificate is not None
        for at in (certificate.not_valid_before_utc, certificate.not_valid_after_utc):
            verify_chain(certificate, ROOT, at)

    @pytest.mark.parametrize(
        "certificate",
        [
            having(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])),
            without(ExtensionOID.EXTENDED_KEY_USAGE),
            without(ExtensionOID.KEY_USAGE),
            having(x509.KeyUsage(digital_signature=False, content_commitment=True, **OTHER_USES), critical=True),
        ],
        ids=["for clients", "no purpose", "no usage", "another usage"],
    )
    def test_not_for_code(self, certificate: x509.Certificate) -> None:
        with pytest.raises(RefusedError) as error:
            verify_chain(certificate, ROOT, NOW)
        assert code(error) in {SignatureReason.CERTIFICATE_USAGE, SignatureReason.CERTIFICATE_CHAIN}

    def test_an_authority_whose_own_certificate_had_ended(self) -> None:
        certificate = SIGSTORE.signer().certificate
        assert certificate is not None
        stranger = PrivateSigstore()
        root = replace(ROOT, authorities=tuple(replace(one, chain=(stranger.fulcio.ca,)) for one in ROOT.authorities))
        with pytest.raises(RefusedError) as error:
            verify_chain(certificate, root, NOW)
        assert code(error) is SignatureReason.CERTIFICATE_CHAIN

    def test_something_critical_in_it_that_nobody_knows(self) -> None:
        """What is critical and unknown may take everything back."""
        odd = having(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"), critical=True)
        with pytest.raises(RefusedError) as error:
            verify_chain(odd, ROOT, NOW)
        assert code(error) is SignatureReason.CERTIFICATE_CHAIN


class TestTheCertificateLog:
    """A promise inside the certificate (RFC 6962)."""

    def test_honest(self) -> None:
        certificate = SIGSTORE.signer().certificate
        assert certificate is not None
        verify_sct(certificate, SIGSTORE.fulcio.ca, ROOT)

    def test_over_another_certificate(self) -> None:
        """The promise of one certificate, in another of the same authority."""
        moved = having(CODE)  # the extensions stand in another order, so it is not what the log saw
        certificate = SIGSTORE.signer().certificate
        assert certificate is not None
        with pytest.raises(RefusedError) as error:
            verify_sct(moved, SIGSTORE.fulcio.ca, ROOT)
        assert code(error) is SignatureReason.CERTIFICATE_LOG

    @pytest.mark.parametrize("copies", [0, 2])
    def test_none_and_several(self, copies: int) -> None:
        """Of several the library reads one, and nobody knows which."""
        plain = SIGSTORE.signer(sct=False).certificate
        assert plain is not None
        keys = SIGSTORE.fulcio.ca_key, SIGSTORE.fulcio.ct_key
        verify_sct(with_sct(_again(plain), plain, *keys, NOW), SIGSTORE.fulcio.ca, ROOT)
        with pytest.raises(RefusedError) as error:
            verify_sct(with_sct(_again(plain), plain, *keys, NOW, copies=copies), SIGSTORE.fulcio.ca, ROOT)
        assert code(error) is SignatureReason.CERTIFICATE_LOG

    def test_of_another_issuer(self) -> None:
        certificate = SIGSTORE.signer().certificate
        assert certificate is not None
        with pytest.raises(RefusedError) as error:
            verify_sct(certificate, PrivateSigstore().fulcio.ca, ROOT)
        assert code(error) is SignatureReason.CERTIFICATE_LOG

    def test_none_at_all(self) -> None:
        bare = without(ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS)
        with pytest.raises(RefusedError) as error:
            verify_sct(bare, SIGSTORE.fulcio.ca, ROOT)
        assert code(error) is SignatureReason.CERTIFICATE_LOG
        verify_sct(bare, SIGSTORE.fulcio.ca, replace(ROOT, ctlogs=()))

    def test_of_a_log_that_the_root_does_not_name(self) -> None:
        certificate = SIGSTORE.signer().certificate
        assert certificate is not None
        others = PrivateSigstore().trust().roots[0].ctlogs
        with pytest.raises(UndecidableError) as error:
            verify_sct(certificate, SIGSTORE.fulcio.ca, replace(ROOT, ctlogs=others))
        assert code(error) is SignatureReason.UNKNOWN_LOG

    def test_signed_over_another_hash(self) -> None:
        """Logs sign over SHA-256; a promise that says something else is not one that we could check."""
        oid = ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS
        certificate = SIGSTORE.signer().certificate
        assert certificate is not None
        honest = certificate.extensions.get_extension_for_oid(oid).value.public_bytes()
        sha256, sha512 = b"\0\0\x04\x03", b"\0\0\x06\x03"  # behind the empty extensions: hash, then ECDSA
        assert honest.count(sha256) == 1
        other = having(x509.UnrecognizedExtension(oid, honest.replace(sha256, sha512)))
        with pytest.raises(UndecidableError) as error:
            verify_sct(other, SIGSTORE.fulcio.ca, ROOT)
        assert code(error) is SignatureReason.UNSUPPORTED

    def test_a_log_that_was_out_of_use(self) -> None:
        certificate = SIGSTORE.signer().certificate
        assert certificate is not None
        over = Period(NOW - timedelta(days=30), NOW - timedelta(days=1))
        root = replace(ROOT, ctlogs=tuple(replace(one, period=over) for one in ROOT.ctlogs))
        with pytest.raises(RefusedError) as error:
            verify_sct(certificate, SIGSTORE.fulcio.ca, root)
        assert code(error) is SignatureReason.CERTIFICATE_LOG


class TestWhoseRootItIs:
    """Before anything is verified: which roots may tell at all."""

    def asked(self, *roots: TrustedRoot, name: str = "private", born_after: timedelta = timedelta()) -> str:
        other = PrivateSigstore(name=name)
        certificate = other.fulcio.signer(born=NOW + born_after).certificate
        assert certificate is not None
        with pytest.raises(UndecidableError) as error:
            roots_of(certificate, Trust(roots))
        return code(error)

    def test_our_own(self) -> None:
        certificate = SIGSTORE.signer().certificate
        assert certificate is not None
        assert roots_of(certificate, Trust((ROOT,))) == (ROOT,)

    def test_no_root_at_all(self) -> None:
        assert self.asked() is SignatureReason.NO_ROOT

    def test_an_instance_of_another_name_and_one_of_the_same(self) -> None:
        assert self.asked(ROOT, name="somebody else") is SignatureReason.UNKNOWN_ISSUER
        assert self.asked(ROOT) is SignatureReason.UNKNOWN_ISSUER

    def test_an_authority_that_shares_its_name_beside_one_that_does_not(self) -> None:
        """A root names several authorities; only those of the same name are compared by their keys."""
        others = PrivateSigstore(name="else").trust().roots[0].authorities
        assert self.asked(replace(ROOT, authorities=(*others, *ROOT.authorities))) is SignatureReason.UNKNOWN_ISSUER

    def test_a_root_whose_authorities_had_all_ended_is_out_of_date(self) -> None:
        over = Period(NOW - timedelta(days=30), NOW - timedelta(days=1))
        old = replace(ROOT, authorities=tuple(replace(one, period=over) for one in ROOT.authorities))
        assert self.asked(old) is SignatureReason.OUTDATED_ROOT
        assert self.asked(old, name="somebody else") is SignatureReason.UNKNOWN_ISSUER

    def test_an_authority_that_ended_when_the_certificate_began_is_not_out_of_date(self) -> None:
        last = Period(NOW - timedelta(days=30), NOW)
        root = replace(ROOT, authorities=tuple(replace(one, period=last) for one in ROOT.authorities))
        assert self.asked(root) is SignatureReason.UNKNOWN_ISSUER
        assert self.asked(root, born_after=timedelta(seconds=1)) is SignatureReason.OUTDATED_ROOT

    def test_github_s_instance_renews_its_authority_twice_a_year(self) -> None:
        github = PrivateSigstore(name="GitHub, Inc.")
        root = github.trust().roots[0]
        late = ROTATION - (NOW - github.born)
        assert self.asked(root, name="GitHub, Inc.", born_after=late) is SignatureReason.UNKNOWN_ISSUER
        late += timedelta(days=1)
        assert self.asked(root, name="GitHub, Inc.", born_after=late) is SignatureReason.OUTDATED_ROOT
        assert self.asked(ROOT, name="GitHub, Inc.") is SignatureReason.UNKNOWN_ISSUER


@pytest.mark.parametrize("value", [b"\x0c\x09acme", b"\x0c\x03acme", b"\x13\x04acme", b"acme", b"", b"\x0c"])
def test_a_claim_of_another_length_or_kind_is_none(value: bytes) -> None:
    source = x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.12")
    assert identity_of(having(x509.UnrecognizedExtension(source, b"\x0c\x04acme"))).claims
    assert not identity_of(having(x509.UnrecognizedExtension(source, value))).claims


def test_a_certificate_that_names_nobody() -> None:
    key = new_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(minutes=1))
    with pytest.raises(UndecidableError) as error:
        identity_of(builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()))
    assert code(error) is SignatureReason.NO_SIGNER
