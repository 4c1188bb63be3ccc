"""Signatures made with a key: the policy names the keys, the first that fits names the signer.

https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from bot.errors import RefusedError, UndecidableError
from bot.signatures.checked import CheckedSignature
from bot.signatures.cosign.layer import CosignLayer, log_entry_of, open_layer, verify_layer_content
from bot.signatures.keys import NamedKey, PublicKey
from bot.signatures.log.binding import verify_binding
from bot.signatures.log.promise import LogEntry, verify_set
from bot.signatures.roots.root import Trust
from bot.signatures.verdict import Verified

T = TypeVar("T")


def verify_keyed(layer: CosignLayer, digest: str, trust: Trust) -> Verified:
    """Check a layer that has no certificate. Raises RefusedError, UndecidableError, MalformedError."""
    named, opened = fitting_key(trust.keys, lambda key: open_layer(layer, key))
    at = entry_time(log_entry_of(layer), opened, named.key, trust)
    predicate_type = verify_layer_content(layer, opened, digest)
    return Verified(key_name=named.name, signed_at=at, predicate_type=predicate_type)


def fitting_key(keys: Sequence[NamedKey], open_with: Callable[[PublicKey], T]) -> tuple[NamedKey, T]:
    """The first of the keys with which that succeeds.

    Raises RefusedError when none fits: a wrong key and a changed payload look the same.
    """
    if not keys:
        raise UndecidableError("it was signed with a key, and the policy names no key")
    for named in keys:
        with suppress(RefusedError):
            return named, open_with(named.key)
    raise RefusedError("no key of the policy fits: another key signed, or the content was changed")


def entry_time(entry: LogEntry | None, opened: CheckedSignature, key: PublicKey, trust: Trust) -> datetime | None:
    """When the log took the signature, None without a promise or when no root of ours knows that log.

    The key alone proves who signed; an entry that is there must be about this signature all the same.
    """
    if entry is None:
        return None
    verify_binding(entry.body, opened, key)
    for root in trust.roots if entry.promise else ():
        if any(log.is_named(entry.log_id) for log in root.tlogs):
            return verify_set(entry, root)
    return None
