"""Sigstore bundles: which procedure fits one, and whether it is about the digest that was asked.

https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md
"""

from bot.errors import MalformedError, UndecidableError
from bot.signatures.bundles.document import Bundle, TlogEntry, read_bundle
from bot.signatures.bundles.keyed import verify_keyed_bundle
from bot.signatures.bundles.library import LIBRARY_KINDS, verify_with_library
from bot.signatures.bundles.promised import PROMISED_KINDS, verify_promised
from bot.signatures.bundles.timestamped import verify_stamped
from bot.signatures.certificates.chain import roots_of
from bot.signatures.dsse import verify_statement
from bot.signatures.roots.root import Trust
from bot.signatures.verdict import Verified


def verify_bundle(data: bytes, digest: str, trust: Trust) -> Verified:
    """Check a bundle and that it is about that digest. Raises RefusedError, UndecidableError, MalformedError.

    No library compares the digest: `sig-bundle-wrongsubject` in our samples verifies, and is about something else.
    """
    bundle = read_bundle(data)
    if (bundle.dsse_envelope is None) == (bundle.message_signature is None):
        raise MalformedError("the bundle holds neither an envelope nor a message signature, or both")
    verified = _proved(bundle, data, digest, trust)
    return verified if bundle.dsse_envelope is None else _about(verified, bundle, digest)


def _about(verified: Verified, bundle: Bundle, digest: str) -> Verified:
    sealed = bundle.sealed()
    if sealed is None:
        raise MalformedError("the bundle holds no envelope")
    predicate_type = verify_statement(sealed.payload, digest)
    return Verified(verified.identity, verified.key_name, verified.signed_at, predicate_type)


def _proved(bundle: Bundle, data: bytes, digest: str, trust: Trust) -> Verified:
    """The procedure that the bundle's material asks for; the library reads no root without certificate logs."""
    material = bundle.verification_material
    leaf = material.leaf()
    if leaf is None:
        if material.public_key is None:
            raise UndecidableError("the bundle names neither a certificate nor a key")
        return verify_keyed_bundle(bundle, digest, trust)
    if not material.tlog_entries:
        return verify_stamped(bundle, leaf, digest, trust)
    if len(material.tlog_entries) > 1:
        raise UndecidableError("bundles with several log entries are not supported")
    entry = material.tlog_entries[0]
    if _is_promise_only(bundle, entry) or not any(root.ctlogs for root in roots_of(leaf, trust)):
        return verify_promised(bundle, leaf, digest, trust)
    if _kind(entry) in LIBRARY_KINDS:
        return verify_with_library(bundle, data, leaf, digest, trust)
    raise UndecidableError(f"log entries of kind {_kind(entry)[:40]!r} are not supported")


def _is_promise_only(bundle: Bundle, entry: TlogEntry) -> bool:
    """Kinds that the library refuses to read, and bundles of the first version that came without proof."""
    return _kind(entry) in PROMISED_KINDS or (bundle.is_first_version and entry.inclusion_proof is None)


def _kind(entry: TlogEntry) -> str:
    return f"{entry.kind_version.kind}/{entry.kind_version.version}"


def claimed_statement(data: bytes) -> bytes:
    """The statement in a bundle, unproved; empty when it holds none or cannot be read."""
    try:
        sealed = read_bundle(data).sealed()
    except (MalformedError, UndecidableError):
        return b""
    return sealed.payload if sealed else b""
