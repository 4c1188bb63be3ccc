"""The certificate authority and the certificate log of a private Sigstore, and those who sign with its certificates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from bot.signatures.keys import PublicKey
from tests.private_sct import with_sct

NOW: Final = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
ISSUER: Final = "https://token.actions.githubusercontent.com"
WORKFLOW: Final = "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1.2.3"

EcKey = ec.EllipticCurvePrivateKey


def new_key() -> EcKey:
    return ec.generate_private_key(ec.SECP256R1())


class Signer(Struct, frozen=True):
    """Somebody with a key and, when Fulcio gave one, a certificate."""

    key: EcKey | rsa.RSAPrivateKey
    certificate: x509.Certificate | None = None

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    @property
    def public(self) -> PublicKey:
        return self.key.public_key()

    @property
    def pem(self) -> bytes:
        """What the log and annotations hold: the certificate, else the key."""
        if self.certificate is not None:
            return self.certificate.public_bytes(Encoding.PEM)
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass(slots=True)
class PrivateFulcio:
    """Gives out certificates. Two of them trust nothing of each other."""

    name: str
    born: datetime
    more: tuple[x509.NameAttribute[str], ...] = ()  # of its name
    ct_key: EcKey = field(default_factory=new_key)
    ca_key: EcKey = field(default_factory=new_key)
    ca: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.ca = self._authority()

    @property
    def ca_pem(self) -> str:
        return self.ca.public_bytes(Encoding.PEM).decode()

    def signer(  # noqa: PLR0913 - each test spoils one of these
        self,
        subject: str = WORKFLOW,
        *,
        issuer: str = ISSUER,
        claims: Mapping[str, str] | None = None,
        born: datetime = NOW - timedelta(minutes=1),
        sct: bool = True,
        code_signing: bool = True,
        names: x509.SubjectAlternativeName | None = None,
        old_repository: str = "",
        key: Any = None,  # noqa: ANN401 - any private key
    ) -> Signer:
        """Somebody to whom the authority gave a certificate of ten minutes. `claims`: last number of OID -> text."""
        key = key or new_key()
        san = names or x509.SubjectAlternativeName([x509.UniformResourceIdentifier(subject)])
        builder = self._issued(key.public_key(), born, born + timedelta(minutes=10), x509.Name([]))
        builder = builder.add_extension(san, critical=True)
        builder = builder.add_extension(_usage(digital_signature=True), critical=True)
        purpose = ExtendedKeyUsageOID.CODE_SIGNING if code_signing else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        builder = builder.add_extension(_fulcio("1", issuer.encode()), critical=False)
        if old_repository:
            builder = builder.add_extension(_fulcio("5", old_repository.encode()), critical=False)
        for number, text in {"8": issuer, **(claims or {})}.items():
            builder = builder.add_extension(_fulcio(number, _utf8_string(text)), critical=False)
        plain = builder.sign(self.ca_key, hashes.SHA256())
        certificate = with_sct(builder, plain, self.ca_key, self.ct_key, born) if sct else plain
        return Signer(key, certificate)

    def _authority(self) -> x509.Certificate:
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.name),
                x509.NameAttribute(NameOID.COMMON_NAME, "authority"),
                *self.more,
            ]
        )
        builder = self._issued(self.ca_key.public_key(), self.born, self.born + timedelta(days=3650), name, name)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        return builder.sign(self.ca_key, hashes.SHA256())

    def _issued(
        self,
        key: Any,  # noqa: ANN401 - any public key
        start: datetime,
        end: datetime,
        subject: x509.Name,
        issuer: x509.Name | None = None,
    ) -> x509.CertificateBuilder:
        identifier = x509.SubjectKeyIdentifier.from_public_key
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or self.ca.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(identifier(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier(self.ca_key.public_key())),
                critical=False,
            )
        )


def _usage(**which: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    more = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: which.get(name, False) for name in (*names, *more)})


def _fulcio(number: str, value: bytes) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.3.6.1.4.1.57264.1.{number}"), value)


def _utf8_string(text: str) -> bytes:
    data = text.encode()
    length = bytes([len(data)]) if len(data) < 128 else b"\x82" + len(data).to_bytes(2, "big")
    return b"\x0c" + length + data
