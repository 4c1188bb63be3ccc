"""Google's public keys, fetched when a token names one that is not known, and kept.

https://www.rfc-editor.org/rfc/rfc7517 (JSON Web Key sets)

Strangers choose the key id in a token. So an unknown id leads to at most one fetch in REFRESH_MIN, whoever asks. While
the keys cannot be fetched, nobody can say that a token is forged: the sender is asked to come back.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import MalformedError, UnverifiableDeliveryError
from bot.oci.documents import Wire, read
from handlers.webhooks.google_token import ALGORITHM

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

FRESH: Final = 3600.0
"""Seconds; Google keeps a key for about two weeks and names the next one days before it is used."""

STALE_MAX: Final = 24 * 3600.0
"""Seconds for which keys count while no newer ones can be fetched."""

REFRESH_MIN: Final = 60.0
"""Seconds between two attempts."""

KEYS_MAX: Final = 32
"""Keys that are kept; there are 2 or 3."""

BITS_MIN, BITS_MAX = 2048, 8192
"""Of an RSA key: weaker ones can be broken, longer ones cost time for every token."""

log = structlog.get_logger(__name__)


class KeySet(Wire):
    """`{"keys": [{"kty": "RSA", "kid": "…", "n": "…", "e": "AQAB"}]}`."""

    keys: list[dict[str, object]]


class GoogleKeys:
    """The keys by id. One for the process."""

    def __init__(self, fetch: Callable[[], Awaitable[bytes]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, RSAPublicKey] = {}
        self._read_at = -STALE_MAX
        self._tried_at = -STALE_MAX
        self._failed = True
        self._one_at_a_time = asyncio.Lock()

    async def find(self, key_id: str) -> "RSAPublicKey | None":
        """The key, or None when Google has none of that id. Raises UnverifiableDeliveryError when nobody can say."""
        if not self._is_known(key_id):
            async with self._one_at_a_time:
                if not self._is_known(key_id) and self._clock() - self._tried_at >= REFRESH_MIN:
                    await self._refresh()
        key = self._keys.get(key_id) if self._clock() - self._read_at <= STALE_MAX else None
        if key is None and self._failed:
            raise UnverifiableDeliveryError("Google's keys cannot be fetched")
        return key

    def _is_known(self, key_id: str) -> bool:
        return key_id in self._keys and self._clock() - self._read_at <= FRESH

    async def _refresh(self) -> None:
        self._tried_at = self._clock()
        self._failed = True
        try:
            keys = read_keys(await self._fetch())
        except (UnverifiableDeliveryError, MalformedError) as error:
            log.warning("keys not fetched", why=str(error))
            return
        self._keys, self._read_at, self._failed = keys, self._clock(), False


def read_keys(document: bytes) -> "dict[str, RSAPublicKey]":
    """The RSA keys of the set; others are passed over. Raises MalformedError when none is left."""
    entries = read(document, KeySet, what="the key set").keys[:KEYS_MAX]
    keys = {str(entry.get("kid")): key for entry in entries if (key := _rsa(entry)) is not None}
    if not keys:
        raise MalformedError("the key set has no usable key")
    return keys


def _rsa(entry: dict[str, object]) -> "RSAPublicKey | None":
    import jwt  # noqa: PLC0415 - with cryptography 9 MB, and only for a source of Google's
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415

    if entry.get("kty") != "RSA" or entry.get("alg", ALGORITHM) != ALGORITHM or not isinstance(entry.get("kid"), str):
        return None
    try:
        key = jwt.PyJWK(entry, ALGORITHM).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return key if isinstance(key, RSAPublicKey) and BITS_MIN <= key.key_size <= BITS_MAX else None
