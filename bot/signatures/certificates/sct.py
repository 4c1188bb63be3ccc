"""The signed certificate timestamp: a certificate log's promise, inside the certificate, that it was shown to it.

https://www.rfc-editor.org/rfc/rfc6962#section-3.2
"""

import struct
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.certificate_transparency import LogEntryType, SignedCertificateTimestamp

from bot.errors import RefusedError, UndecidableError
from bot.signatures.keys import key_id, supported, verify_signature
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import TrustedRoot

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def verify_sct(leaf: x509.Certificate, issuer: x509.Certificate, root: TrustedRoot) -> None:
    """Check the one timestamp in the certificate. A root without certificate logs (GitHub's) asks for none.

    Raises RefusedError, UndecidableError when the log's key is not known.
    """
    if not root.ctlogs:
        return
    sct = _only(leaf)
    logs = root.logs_of_certificate(sct.log_id)
    try:
        verify_signature(logs[0].known_key, sct.signature, _signed_bytes(sct, leaf, issuer))
    except RefusedError:
        raise RefusedError(
            SignatureReason.CERTIFICATE_LOG, "the certificate log did not sign the certificate's timestamp"
        ) from None
    if not any(log.period.holds(sct.timestamp.replace(tzinfo=UTC)) for log in logs):
        raise RefusedError(
            SignatureReason.CERTIFICATE_LOG,
            "the certificate's timestamp lies outside of the time in which that log's key was in use",
        )


def _only(leaf: x509.Certificate) -> SignedCertificateTimestamp:
    try:
        extension = leaf.extensions.get_extension_for_class(x509.PrecertificateSignedCertificateTimestamps)
    except x509.ExtensionNotFound:
        raise RefusedError(
            SignatureReason.CERTIFICATE_LOG, "the certificate holds no timestamp of a certificate log"
        ) from None
    timestamps = list(extension.value)
    if len(timestamps) != 1:
        raise RefusedError(
            SignatureReason.CERTIFICATE_LOG,
            f"the certificate holds {len(timestamps)} timestamps of certificate logs instead of one",
        )
    sct: SignedCertificateTimestamp = timestamps[0]
    if sct.entry_type is not LogEntryType.PRE_CERTIFICATE or not isinstance(sct.signature_hash_algorithm, SHA256):
        raise UndecidableError(
            SignatureReason.UNSUPPORTED, "the certificate's timestamp is of a kind that is not supported"
        )
    return sct


def _signed_bytes(sct: SignedCertificateTimestamp, leaf: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """RFC 6962, 3.2: version, signature type, time, entry type, issuer's key hash, precertificate, extensions."""
    milliseconds = (sct.timestamp.replace(tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
    precertificate = leaf.tbs_precertificate_bytes
    return b"".join(
        (
            struct.pack("!BBQH", sct.version.value, 0, milliseconds, sct.entry_type.value),
            key_id(supported(issuer.public_key())),
            len(precertificate).to_bytes(3, "big"),
            precertificate,
            struct.pack("!H", len(sct.extension_bytes)),
            sct.extension_bytes,
        ),
    )
