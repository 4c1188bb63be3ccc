"""What a registry is shown: a login, an identity token, or a token as it is."""

import base64
import hashlib
from enum import StrEnum
from typing import Final

from msgspec import Struct

from bot.values import Hiding

NOBODY: Final = "<token>"
"""The user name under which a credential helper hands out an identity token."""


class CredentialKind(StrEnum):
    """How the secret is used."""

    LOGIN = "user and password"
    IDENTITY = "identity token"  # exchanged for access tokens (distribution, token/oauth.md)
    REGISTRY = "registry token"  # sent as it is


class Credential(Hiding, Struct, frozen=True):
    """A secret and its kind. Neither shows when printed."""

    HIDDEN = frozenset({"user", "secret"})

    kind: CredentialKind
    user: str
    secret: str

    @property
    def id(self) -> str:
        """Tells credentials apart without being one."""
        text = f"{self.kind}\0{self.user}\0{self.secret}"
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]

    @property
    def has_user(self) -> bool:
        """Whether the secret can be shown as a password: identity tokens of helpers have no user name."""
        return self.user not in ("", NOBODY)

    def basic(self) -> str:
        """The header for Basic (RFC 7617)."""
        pair = f"{self.user}:{self.secret}".encode(errors="replace")
        return f"Basic {base64.b64encode(pair).decode()}"
