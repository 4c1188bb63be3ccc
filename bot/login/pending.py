"""A login that began and did not end yet: what the answer of the provider must match."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

PATH_MAX: Final = 1024
"""Characters of the address that a visitor wanted to see."""

_PATH: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """`browser` is the SHA-256 of what the browser keeps in a cookie; `path` is where the visitor wanted to go."""

    issuer: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    browser: str
    path: str


def new_pending(issuer: str, browser: str, path: str) -> PendingLogin:
    """With a nonce and a verifier that nobody can guess."""
    return PendingLogin(issuer, secrets.token_urlsafe(32), secrets.token_urlsafe(48), hashed(browser), safe_path(path))


def challenge(verifier: str) -> str:
    """The verifier as the provider gets it first: https://www.rfc-editor.org/rfc/rfc7636#section-4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def hashed(secret: str) -> str:
    """What is kept in place of a secret: it cannot be turned back."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def safe_path(text: str) -> str:
    """The path and query of one of our pages; "/" for what may lead elsewhere (`//evil`, a whole URL)."""
    return text if len(text) <= PATH_MAX and _PATH.fullmatch(text) else "/"
