"""Reads the keys and certificates that a policy names, from files next to the policy file."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bot.errors import MalformedError, UndecidableError
from bot.policy.entry import KeyFile
from bot.signatures.keys import PEM_MAX, NamedKey, read_pem, spki

CERTIFICATES_MAX: Final = 20
"""Certificates of one file."""


def read_key(item: KeyFile, folder: Path) -> NamedKey:
    """Raises MalformedError with the file's name and what it holds instead; never its content."""
    pem = _pem(item, folder)
    try:
        return NamedKey(item.name, read_pem(pem))
    except (MalformedError, UndecidableError) as error:
        raise MalformedError(f"{item.file or item.name}: {_instead(pem) or error}") from None


def read_certificates(item: KeyFile, folder: Path) -> tuple[x509.Certificate, ...]:
    """Raises MalformedError that names the file."""
    try:
        found = tuple(x509.load_pem_x509_certificates(_pem(item, folder)))
    except ValueError:
        raise MalformedError(f"{item.file or item.name}: does not hold PEM certificates") from None
    if len(found) > CERTIFICATES_MAX:
        why = f"{len(found)} certificates exceed the limit CERTIFICATES_MAX = {CERTIFICATES_MAX}"
        raise MalformedError(f"{item.file or item.name}: {why}")
    return found


def fingerprint(keys: Iterable[NamedKey], certificates: Iterable[x509.Certificate]) -> bytes:
    """The SHA-256 of these, in their order."""
    found = [spki(one.key) for one in keys]
    found += [one.public_bytes(Encoding.DER) for one in certificates]
    return hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in found)).digest()


def _instead(pem: bytes) -> str:
    """What people mistake for a public key; "" for anything else."""
    if b"PRIVATE KEY" in pem:
        return "this is a private key; do not store it here, use the public key (cosign public-key --key KEY)"
    if b"BEGIN CERTIFICATE" in pem:
        return (
            "this is a certificate; use its public key (openssl x509 -pubkey -noout -in FILE), "
            "or list it under `certificates` for Notation"
        )
    return ""


def _pem(item: KeyFile, folder: Path) -> bytes:
    if item.file is None:
        return (item.pem or "").encode()
    try:
        with (folder / item.file).open("rb") as file:
            return file.read(PEM_MAX + 1)
    except OSError as error:
        raise MalformedError(f"{item.file} cannot be read: {error.strerror}") from None
