"""Bundles that sigstore-python does not read: `intoto` entries, no inclusion proof, a root without certificate logs.

The log's promise (SET) gives the time, as in cosign's older layout; a proof that is there must hold all the same.
"""

from datetime import datetime
from typing import Final

from cryptography import x509

from bot.errors import UndecidableError
from bot.signatures.bundles.document import Bundle
from bot.signatures.bundles.signed import open_bundle
from bot.signatures.certificates.chain import roots_of, verify_chain
from bot.signatures.certificates.identity import identity_of
from bot.signatures.certificates.sct import verify_sct
from bot.signatures.keys import supported
from bot.signatures.log.binding import verify_binding
from bot.signatures.log.inclusion import Proof, verify_inclusion
from bot.signatures.log.promise import LogEntry, verify_set
from bot.signatures.roots.attempt import first_that_holds
from bot.signatures.roots.root import Trust, TrustedRoot
from bot.signatures.verdict import Verified

PROMISED_KINDS: Final = frozenset({"intoto/0.0.1", "intoto/0.0.2"})


def verify_promised(bundle: Bundle, leaf: x509.Certificate, digest: str, trust: Trust) -> Verified:
    """Check such a bundle. Raises RefusedError, UndecidableError when the log made no promise."""
    logged = bundle.verification_material.tlog_entries[0]
    entry, proof = logged.entry(), logged.proof()
    if proof is None and not bundle.is_first_version:
        raise UndecidableError("the bundle has no inclusion proof, which its version asks for")
    roots = roots_of(leaf, trust)
    opened = open_bundle(bundle, digest, supported(leaf.public_key()))
    at = first_that_holds(roots, lambda root: _at(leaf, entry, proof, root))
    verify_binding(entry.body, opened, leaf)
    return Verified(identity_of(leaf), signed_at=at)


def _at(leaf: x509.Certificate, entry: LogEntry, proof: Proof | None, root: TrustedRoot) -> datetime:
    if proof is not None:
        verify_inclusion(entry.body, proof, entry.log_id, root)
    at = verify_set(entry, root)
    verify_sct(leaf, verify_chain(leaf, root, at), root)
    return at
