"""Cosign's older keyless layout: a certificate and a log entry in the annotations of a `.sig` or `.att` layer.

The log promised to take the entry (SET); no inclusion proof travels along, so the promise is what gives the time.
https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
"""

from datetime import datetime

from cryptography import x509

from bot.signatures.certificates.chain import roots_of, verify_chain
from bot.signatures.certificates.identity import identity_of
from bot.signatures.certificates.sct import verify_sct
from bot.signatures.checked import CheckedSignature
from bot.signatures.cosign.layer import (
    CosignLayer,
    certificate_of,
    log_entry_of,
    open_layer,
    timestamps_of,
    verify_layer_content,
)
from bot.signatures.keys import supported
from bot.signatures.log.binding import verify_binding
from bot.signatures.log.promise import LogEntry, verify_set
from bot.signatures.roots.attempt import first_that_holds
from bot.signatures.roots.root import Trust, TrustedRoot
from bot.signatures.timestamps import verify_unlogged
from bot.signatures.verdict import Verified


def verify_keyless(layer: CosignLayer, digest: str, trust: Trust) -> Verified:
    """Check a layer that a certificate signed. Raises RefusedError, UndecidableError, MalformedError.

    1. A trusted time, from the log's promise or from a time-stamp authority. 2. The certificate's chain at that time.
    3. Its certificate-log timestamp. 4. The signature. 5. The log entry is about it. 6. It is about the digest.
    """
    leaf = certificate_of(layer)
    entry = log_entry_of(layer)
    roots = roots_of(leaf, trust)
    opened = open_layer(layer, supported(leaf.public_key()))
    at = first_that_holds(roots, lambda root: _at(layer, leaf, opened, entry, root))
    if entry is not None:
        verify_binding(entry.body, opened, leaf)
    predicate_type = verify_layer_content(layer, opened, digest)
    return Verified(identity_of(leaf), signed_at=at, predicate_type=predicate_type)


def _at(
    layer: CosignLayer,
    leaf: x509.Certificate,
    opened: CheckedSignature,
    entry: LogEntry | None,
    root: TrustedRoot,
) -> datetime:
    """The trusted time of signing, after checking that the certificate held at that time."""
    if entry is not None:
        at = verify_set(entry, root)
    else:
        # A statement's own signature stands inside its envelope, and cosign stamps the envelope as a whole.
        at = verify_unlogged(timestamps_of(layer), opened.envelope or opened.signature, root)
    verify_sct(leaf, verify_chain(leaf, root, at), root)
    return at
