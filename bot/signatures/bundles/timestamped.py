"""Bundles without a log entry, dated by a time-stamp authority: GitHub's instance for private repositories."""

from datetime import datetime

from cryptography import x509

from bot.signatures.bundles.document import Bundle
from bot.signatures.bundles.signed import open_bundle
from bot.signatures.certificates.chain import roots_of, verify_chain
from bot.signatures.certificates.identity import identity_of
from bot.signatures.certificates.sct import verify_sct
from bot.signatures.keys import supported
from bot.signatures.roots.attempt import first_that_holds
from bot.signatures.roots.root import Trust, TrustedRoot
from bot.signatures.timestamps import verify_unlogged
from bot.signatures.verdict import Verified


def verify_stamped(bundle: Bundle, leaf: x509.Certificate, digest: str, trust: Trust) -> Verified:
    """Check such a bundle. Raises RefusedError, UndecidableError."""
    roots = roots_of(leaf, trust)
    opened = open_bundle(bundle, digest, supported(leaf.public_key()))
    stamps = bundle.verification_material.timestamps
    at = first_that_holds(roots, lambda root: _at(leaf, stamps, opened.signature, root))
    return Verified(identity_of(leaf), signed_at=at)


def _at(leaf: x509.Certificate, stamps: tuple[bytes, ...], signature: bytes, root: TrustedRoot) -> datetime:
    at = verify_unlogged(stamps, signature, root)
    verify_sct(leaf, verify_chain(leaf, root, at), root)
    return at
