"""The time-stamp authority of a private Sigstore: RFC 3161 answers, written in DER by hand."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SHA256 = "2.16.840.1.101.3.4.2.1"
HASHES = {
    "sha1": "1.3.14.3.2.26",
    "sha256": SHA256,
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
ECDSA_SHA256 = "1.2.840.10045.4.3.2"
SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"


@dataclass(slots=True)
class PrivateTimestamps:
    """An authority with a root; `chain` is the one who signs, then the root."""

    born: datetime
    lifetime: timedelta = timedelta(days=3650)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    between: bool = False  # whether an intermediate authority stands between
    root_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    chain: list[x509.Certificate] = field(init=False)

    def __post_init__(self) -> None:
        root_key = self.root_key
        root_name, name = _name("stamps root"), _name("stamps")
        root = _certificate(root_name, root_name, root_key.public_key(), self.born, self.lifetime)
        root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.chain = [root.sign(root_key, hashes.SHA256())]
        issuer_name, issuer_key = root_name, root_key
        if self.between:
            issuer_name, issuer_key = _name("stamps between"), ec.generate_private_key(ec.SECP256R1())
            middle = _certificate(issuer_name, root_name, issuer_key.public_key(), self.born, self.lifetime)
            middle = middle.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            self.chain.insert(0, middle.sign(root_key, hashes.SHA256()))
        leaf = _certificate(name, issuer_name, self.key.public_key(), self.born, self.lifetime)
        leaf = leaf.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        self.chain.insert(0, leaf.sign(issuer_key, hashes.SHA256()))

    def sibling(self) -> "PrivateTimestamps":
        """Another one who signs, with a certificate of the same root."""
        other = PrivateTimestamps(self.born, self.lifetime, root_key=self.root_key)
        other.chain[-1] = self.chain[-1]
        return other

    def stamp(self, message: bytes, at: datetime, *, hashed_with: str = "sha256") -> bytes:
        """A granted answer: this authority saw the message at that time."""
        imprint = _sequence(_algorithm(HASHES[hashed_with]), _octets(hashlib.new(hashed_with, message).digest()))
        at_text = _der(0x18, f"{at:%Y%m%d%H%M%SZ}".encode())
        info = _sequence(_integer(1), _oid("1.3.6.1.4.1.57264.2"), imprint, _integer(42), at_text)
        content = _sequence(_oid(TST_INFO), _der(0xA0, _octets(info)))
        leaf = self.chain[0]
        signed_data = _sequence(
            _integer(3),
            _der(0x31, _algorithm(SHA256)),
            content,
            _der(0xA0, leaf.public_bytes(Encoding.DER)),
            _der(0x31, self._signer_info(info, leaf)),
        )
        return _sequence(_sequence(_integer(0)), _sequence(_oid(SIGNED_DATA), _der(0xA0, signed_data)))

    def _signer_info(self, info: bytes, leaf: x509.Certificate) -> bytes:
        attributes = b"".join(
            sorted(
                (
                    _sequence(_oid(CONTENT_TYPE), _der(0x31, _oid(TST_INFO))),
                    _sequence(_oid(MESSAGE_DIGEST), _der(0x31, _octets(hashlib.sha256(info).digest()))),
                )
            )
        )
        signature = self.key.sign(_der(0x31, attributes), ec.ECDSA(hashes.SHA256()))
        return _sequence(
            _integer(1),
            _sequence(leaf.issuer.public_bytes(), _integer(leaf.serial_number)),
            _algorithm(SHA256),
            _der(0xA0, attributes),
            _algorithm(ECDSA_SHA256),
            _octets(signature),
        )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, born: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(born)
        .not_valid_after(born + lifetime)
    )


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _octets(content: bytes) -> bytes:
    return _der(0x04, content)


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    encoded = bytearray([first * 40 + second])
    for number in rest:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        encoded += bytes(reversed(groups))
    return _der(0x06, bytes(encoded))


def _algorithm(dotted: str) -> bytes:
    return _sequence(_oid(dotted))
