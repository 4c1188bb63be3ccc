"""The certificate log of a private Sigstore: a certificate issued again with the log's promise inside (RFC 6962)."""

import hashlib
import struct
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SCT_LIST = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")


def with_sct(  # noqa: PLR0913 - a promise is about all of these
    builder: x509.CertificateBuilder,
    precertificate: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    ct_key: ec.EllipticCurvePrivateKey,
    at: datetime,
    *,
    copies: int = 1,
) -> x509.Certificate:
    """The same certificate with `copies` timestamps of the log in it."""
    sct = _sct(precertificate.tbs_certificate_bytes, ca_key, ct_key, at)
    listed = b"".join(struct.pack("!H", len(sct)) + sct for _ in range(copies))
    listed = struct.pack("!H", len(listed)) + listed
    octets = b"\x04" + _length(len(listed)) + listed
    extension = x509.UnrecognizedExtension(SCT_LIST, octets)
    return builder.add_extension(extension, critical=False).sign(ca_key, hashes.SHA256())


def _length(count: int) -> bytes:
    """In DER, which knows one form of each."""
    digits = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return digits if count < 128 else bytes([0x80 | len(digits)]) + digits


def _sct(tbs: bytes, ca_key: ec.EllipticCurvePrivateKey, ct_key: ec.EllipticCurvePrivateKey, at: datetime) -> bytes:
    milliseconds = int(at.timestamp()) * 1000
    signed = struct.pack("!BBQH", 0, 0, milliseconds, 1) + _hash(ca_key) + len(tbs).to_bytes(3, "big") + tbs + b"\0\0"
    signature = ct_key.sign(signed, ec.ECDSA(hashes.SHA256()))
    # version, log id, time, no extensions, SHA-256 with ECDSA
    return (
        b"\0"
        + _hash(ct_key)
        + struct.pack("!QH", milliseconds, 0)
        + struct.pack("!BBH", 4, 3, len(signature))
        + signature
    )


def _hash(key: ec.EllipticCurvePrivateKey) -> bytes:
    raw = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(raw).digest()
