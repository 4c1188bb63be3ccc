"""A name for what a policy says: when it changes, or the program does, an earlier report does not count any more."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from re import Pattern

from bot.policy import Policy
from bot.values import field_names


def policy_version(policy: Policy, build: str) -> str:
    """The policy's name, `@`, and 16 hexadecimal digits of all that it says and of the program's own version."""
    text = json.dumps([build, _plain(policy)], sort_keys=True, default=_plain)
    return f"{policy.name}@{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _plain(value: object) -> object:
    """What JSON can hold. Sets in order: their own order differs from process to process."""
    match value:
        case set() | frozenset():
            return sorted(value)
        case Pattern():
            return value.pattern
        case date():
            return value.isoformat()
        case Mapping():
            return dict(value)
        case _ if (names := field_names(value)) is not None:
            return {name: getattr(value, name) for name in names}
        case _:
            return _public(value)


def _public(value: object) -> str:
    """A key or a certificate: a new one under an old name makes another policy."""
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - heavy, and rarely needed
    from cryptography.x509 import Certificate  # noqa: PLC0415

    from bot.signatures.keys import PublicKey, spki  # noqa: PLC0415

    if isinstance(value, Certificate):
        return value.public_bytes(Encoding.DER).hex()
    if isinstance(value, PublicKey):
        return spki(value).hex()
    raise TypeError(f"a policy holds a {type(value).__name__}, of which the version knows nothing")
