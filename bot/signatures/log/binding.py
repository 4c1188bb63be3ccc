"""Whether a log entry is about this signature, this signer and this content, and not about somebody else's.

Without this step, any old log entry would lend its time to a new signature (CVE-2022-36056).
https://github.com/sigstore/rekor/tree/main/pkg/types
"""

import hashlib
from collections.abc import Callable
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bot.attestations.sparse import parse_sparse
from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.signatures.checked import CheckedSignature
from bot.signatures.keys import PEM_MAX, Verifier, read_der, read_pem, spki, supported
from bot.signatures.protobuf import from_base64
from bot.signatures.reason import SignatureReason


def verify_binding(body: bytes, checked: CheckedSignature, verifier: Verifier) -> None:
    """Check the entry's body. Raises RefusedError, UndecidableError for kinds of entries that are not supported."""
    entry = parse_sparse(body, what="the log entry")
    kind = f"{_at(entry, 'kind')}/{_at(entry, 'apiVersion')}"
    check = _KINDS.get(kind)
    if check is None:
        raise UndecidableError(SignatureReason.UNSUPPORTED, f"log entries of kind {kind[:40]!r} are not supported")
    check(_at(entry, "spec"), checked, verifier)


def _hashedrekord(spec: object, checked: CheckedSignature, verifier: Verifier) -> None:
    stated = _at(spec, "data", "hash", "value")
    if not _is_content(stated, checked, checked.payload, checked.message):
        raise RefusedError(SignatureReason.LOG_ENTRY, "the log entry is about other content")
    if not _same(_at(spec, "signature", "content"), checked.signature):
        raise RefusedError(SignatureReason.LOG_ENTRY, "the log entry is about another signature")
    _require_verifier(_at(spec, "signature", "publicKey", "content"), verifier)


def _hashedrekord_2(spec: object, checked: CheckedSignature, verifier: Verifier) -> None:
    """Rekor 2: everything is base64, and the signer is one of two messages."""
    inner = _at(spec, "hashedRekordV002")
    stated = _bytes(_at(inner, "data", "digest")).hex()
    if _at(inner, "data", "algorithm") != "SHA2_256" or not _is_content(stated, checked, checked.message):
        raise RefusedError(SignatureReason.LOG_ENTRY, "the log entry is about other content")
    if not _same(_at(inner, "signature", "content"), checked.signature):
        raise RefusedError(SignatureReason.LOG_ENTRY, "the log entry is about another signature")
    named = _at(inner, "signature", "verifier")
    if not _is_raw_verifier(named, verifier):
        raise RefusedError(SignatureReason.LOG_ENTRY, "the log entry is about another signer")


def _dsse(spec: object, checked: CheckedSignature, verifier: Verifier) -> None:
    _require_payload(_at(spec, "payloadHash", "value"), checked)
    for item in _list(_at(spec, "signatures")):
        if _same(_at(item, "signature"), checked.signature) and _is_verifier(_at(item, "verifier"), verifier):
            return
    raise RefusedError(SignatureReason.LOG_ENTRY, "the log entry is about another signature or signer")


def _intoto_1(spec: object, checked: CheckedSignature, verifier: Verifier) -> None:
    content = _at(spec, "content")
    if not (checked.envelope and _is_hash(_at(content, "hash", "value"), checked.envelope)):
        _require_payload(_at(content, "payloadHash", "value"), checked)
    _require_verifier(_at(spec, "publicKey"), verifier)


def _intoto_2(spec: object, checked: CheckedSignature, verifier: Verifier) -> None:
    _require_payload(_at(spec, "content", "payloadHash", "value"), checked)
    for item in _list(_at(spec, "content", "envelope", "signatures")):
        twice = _at(item, "sig")  # rekor encodes the already encoded signature once more
        once = from_base64(twice, what="the log entry's signature") if isinstance(twice, str) else b""
        if _same(once, checked.signature) and _is_verifier(_at(item, "publicKey"), verifier):
            return
    raise RefusedError(SignatureReason.LOG_ENTRY, "the log entry is about another signature or signer")


_KINDS: Final[dict[str, Callable[[object, CheckedSignature, Verifier], None]]] = {
    "hashedrekord/0.0.1": _hashedrekord,
    "hashedrekord/0.0.2": _hashedrekord_2,
    "rekord/0.0.1": _hashedrekord,
    "dsse/0.0.1": _dsse,
    "intoto/0.0.1": _intoto_1,
    "intoto/0.0.2": _intoto_2,
}


def _require_payload(stated: object, checked: CheckedSignature) -> None:
    if not _is_hash(stated, checked.payload):
        raise RefusedError(SignatureReason.LOG_ENTRY, "the log entry is about other content")


def _require_verifier(stated: object, verifier: Verifier) -> None:
    if not _is_verifier(stated, verifier):
        raise RefusedError(SignatureReason.LOG_ENTRY, "the log entry is about another signer")


def _same(stated: object, signature: bytes) -> bool:
    if not isinstance(stated, str | bytes):
        return False
    return from_base64(stated, what="the log entry's signature") == signature


def _is_verifier(stated: object, verifier: Verifier) -> bool:
    """Whether base64 of a PEM certificate or key is ours, compared in DER."""
    if not isinstance(stated, str):
        return False
    pem = from_base64(stated, what="the log entry's signer")
    if len(pem) > PEM_MAX:
        raise MalformedError("the log entry's signer is too long")
    if b"CERTIFICATE" not in pem:
        return not isinstance(verifier, x509.Certificate) and spki(read_pem(pem)) == spki(verifier)
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError:
        return False
    if isinstance(verifier, x509.Certificate):
        return certificate.public_bytes(Encoding.DER) == verifier.public_bytes(Encoding.DER)
    # Docker wraps its keys in throw-away certificates for the log; the key inside is what signed.
    return spki(supported(certificate.public_key())) == spki(verifier)


def _is_raw_verifier(stated: object, verifier: Verifier) -> bool:
    """Whether DER in base64 is our certificate, or our key."""
    if isinstance(verifier, x509.Certificate):
        return _bytes(_at(stated, "x509Certificate", "rawBytes")) == verifier.public_bytes(Encoding.DER)
    key = _bytes(_at(stated, "publicKey", "rawBytes"))
    return bool(key) and spki(read_der(key)) == spki(verifier)


def _bytes(stated: object) -> bytes:
    return from_base64(stated, what="the log entry") if isinstance(stated, str) else b""


def _at(document: object, *path: str) -> Any:  # noqa: ANN401 - JSON is anything
    """The value at that path, None when something on the way is not an object or lacks the key."""
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _list(value: object) -> list[object]:
    return value[:64] if isinstance(value, list) else []


def _is_hash(stated: object, *contents: bytes) -> bool:
    """Whether it is the hexadecimal SHA-256 of one of these."""
    return isinstance(stated, str) and stated in {hashlib.sha256(content).hexdigest() for content in contents}


def _is_content(stated: object, checked: CheckedSignature, *contents: bytes) -> bool:
    """The same, where it may be that only the hash of the content is known."""
    return stated == checked.content_hash if checked.content_hash else _is_hash(stated, *contents)
