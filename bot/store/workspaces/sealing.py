"""Seals tokens before they are stored: AES-256-GCM, with the name of the key in front.

The first key seals; each of them opens. So a key is changed by putting a new one in front, sealing everything again
(`provenance slack rekey`), and taking the old one out. What the tokens belong to is bound to the sealed text: it cannot
be moved to another workspace.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.errors import MalformedError, ProvenanceBotError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
SEALED_MAX: Final = 20_000
"""Characters of a sealed text; two tokens have some hundred."""

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
_BETWEEN: Final = re.compile(r"[\s,]+")


class SealReason(StrEnum):
    """Why tokens cannot be read."""

    KEY_UNKNOWN = "key-unknown"  # sealed with a key that is not among ours
    CHANGED = "changed"  # the record is not as we wrote it


class SealError(ProvenanceBotError):
    """Tokens that cannot be read."""

    def __init__(self, code: SealReason, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """The keys by their names; the first one seals."""

    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "TokenKeys":
        """`new:BASE64,old:BASE64`. Raises MalformedError, which never shows a key."""
        keys: dict[str, bytes] = {}
        for number, entry in enumerate(filter(None, _BETWEEN.split(text.strip())), 1):
            name, _, encoded = entry.partition(":")
            if not _ID.fullmatch(name):
                raise MalformedError(f"entry {number}: a key has a name of letters, digits and - in front, and a colon")
            if name in keys:
                raise MalformedError(f"entry {number}: two keys have the name {name}")
            keys[name] = _key(encoded, name)
        if not keys:
            raise MalformedError("no key is in it")
        return cls(keys)

    @property
    def first(self) -> str:
        """The name of the key that seals."""
        return next(iter(self.keys))

    def seal(self, text: str, about: str) -> str:
        """Only who gives the same `about` can open it."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - only with OAuth

        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.first]).encrypt(nonce, text.encode(), _bound(self.first, about))
        return f"{self.first}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, about: str) -> str:
        """Raises SealError."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        name, _, encoded = sealed.partition(":")
        key = self.keys.get(name)
        if key is None:
            shown = name if _ID.fullmatch(name) else "?"
            raise SealError(SealReason.KEY_UNKNOWN, f"the tokens are sealed with the key {shown}, which is not set")
        try:
            raw = base64.b64decode(encoded[:SEALED_MAX], altchars=b"-_", validate=True)
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(name, about)).decode()
        except (InvalidTag, ValueError):
            raise SealError(SealReason.CHANGED, "the stored tokens are not as the bot wrote them") from None


def key_of(sealed: str) -> str:
    """The name of the key that sealed it."""
    return sealed.partition(":")[0]


def new_key(name: str) -> str:
    """An entry with a key that nobody has. Raises MalformedError for a name that is not one."""
    if not _ID.fullmatch(name):
        raise MalformedError("the name of a key has letters, digits and -, at most 20")
    return f"{name}:{base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _key(encoded: str, name: str) -> bytes:
    try:
        key = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise MalformedError(f"the key {name} is not {KEY_BYTES} bytes in base64")
    return key


def _bound(name: str, about: str) -> bytes:
    return f"provenance-bot {name} {about}".encode()
