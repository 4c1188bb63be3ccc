"""The provider's public keys, kept, and fetched anew when a token names one that is not known.

https://www.rfc-editor.org/rfc/rfc7517 (JSON Web Key sets)
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

from msgspec import Struct

FRESH: Final = 3600.0
"""Seconds; after that a key that the provider withdrew does not count any more."""

REFRESH_MIN: Final = 10.0
"""Seconds between two attempts that an unknown key id causes."""

KEYS_MAX: Final = 64
"""Keys of the set that are read."""

BITS_MIN, BITS_MAX = 2048, 8192
"""Of an RSA key: weaker ones can be broken, longer ones cost time for every token."""

ALGORITHMS: Final = {
    ("RSA", ""): ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
"""What each kind of key may verify. No shared secrets and no "none": a token does not choose how it is verified."""


class ProviderKey(Struct, frozen=True):
    """A public key; `id` is "" if it has none."""

    id: str
    algorithms: tuple[str, ...]
    key: Any


class ProviderKeys:
    """The keys. One for the process. `fetch` raises ProviderUnavailableError."""

    def __init__(
        self, fetch: Callable[[], Awaitable[dict[str, Any]]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: tuple[ProviderKey, ...] = ()
        self._read_at = self._tried_at = -FRESH
        self._one_at_a_time = asyncio.Lock()

    async def find(self, key_id: str, algorithm: str) -> ProviderKey | None:
        """The key of that id for that algorithm; without an id, the only one. Raises ProviderUnavailableError."""
        async with self._one_at_a_time:
            now = self._clock()
            found = self._known(key_id, algorithm)
            is_old = now - self._read_at > FRESH
            if is_old or (found is None and now - self._tried_at >= REFRESH_MIN):
                self._tried_at = now
                self._keys = tuple(read_keys(await self._fetch()))
                self._read_at = self._clock()
            return self._known(key_id, algorithm)

    def _known(self, key_id: str, algorithm: str) -> ProviderKey | None:
        fitting = [one for one in self._keys if algorithm in one.algorithms and key_id in {"", one.id}]
        return fitting[0] if len(fitting) == 1 else None


def read_keys(document: dict[str, Any]) -> Iterator[ProviderKey]:
    """The usable keys of a set; others are passed over."""
    entries = document.get("keys")
    for entry in entries[:KEYS_MAX] if isinstance(entries, list) else []:
        if isinstance(entry, dict) and (key := _key(entry)) is not None:
            yield key


def _key(entry: dict[str, Any]) -> ProviderKey | None:
    import jwt  # noqa: PLC0415 - with cryptography 9 MB, and only for those who log in
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415

    kind = (str(entry.get("kty")), "" if entry.get("kty") == "RSA" else str(entry.get("crv")))
    own = entry.get("alg")
    try:
        fitting = tuple(one for one in ALGORITHMS.get(kind, ()) if own in {None, one})
        if not fitting or entry.get("use", "sig") != "sig":
            return None
        key = jwt.PyJWK({**entry, "alg": fitting[0]}).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if hasattr(key, "private_numbers") or hasattr(key, "private_bytes"):
        return None  # a provider that publishes this has no secret any more
    if isinstance(key, RSAPublicKey) and not BITS_MIN <= key.key_size <= BITS_MAX:
        return None
    key_id = entry.get("kid", "")
    return ProviderKey(key_id, fitting, key) if isinstance(key_id, str) else None
