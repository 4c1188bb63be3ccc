"""Bundles that a key signed instead of a certificate; the policy names the keys."""

from bot.errors import UndecidableError
from bot.signatures.bundles.document import Bundle
from bot.signatures.bundles.signed import open_bundle
from bot.signatures.cosign.keyed import entry_time, fitting_key
from bot.signatures.roots.root import Trust
from bot.signatures.verdict import Verified


def verify_keyed_bundle(bundle: Bundle, digest: str, trust: Trust) -> Verified:
    """Check such a bundle. Raises RefusedError, UndecidableError when the policy names no key."""
    entries = bundle.verification_material.tlog_entries
    if len(entries) > 1:
        raise UndecidableError("bundles with several log entries are not supported")
    named, opened = fitting_key(trust.keys, lambda key: open_bundle(bundle, digest, key))
    at = entry_time(entries[0].entry() if entries else None, opened, named.key, trust)
    return Verified(key_name=named.name, signed_at=at)
