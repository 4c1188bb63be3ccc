"""The keys and certificates that a policy names, read from files beside it."""

from pathlib import Path
from typing import Final

from cryptography import x509

from bot.attestations.trust.keys import PEM_MAX, NamedKey, read_pem
from bot.errors import MalformedError, UndecidableError
from bot.policy.entry import KeyFile

CERTIFICATES_MAX: Final = 20
"""Certificates of one file."""


def read_key(item: KeyFile, folder: Path) -> NamedKey:
    """Raises MalformedError that names the file."""
    try:
        return NamedKey(item.name, read_pem(_pem(item, folder)))
    except UndecidableError as error:
        raise MalformedError(str(error)) from None


def read_certificates(item: KeyFile, folder: Path) -> tuple[x509.Certificate, ...]:
    """Raises MalformedError that names the file."""
    try:
        return tuple(x509.load_pem_x509_certificates(_pem(item, folder))[:CERTIFICATES_MAX])
    except ValueError as error:
        raise MalformedError(f"no certificates in PEM: {item.file or item.name}") from error


def _pem(item: KeyFile, folder: Path) -> bytes:
    if item.file is None:
        return (item.pem or "").encode()
    try:
        with (folder / item.file).open("rb") as file:
            return file.read(PEM_MAX + 1)
    except OSError as error:
        raise MalformedError(f"{item.file} cannot be read: {error.strerror}") from None
