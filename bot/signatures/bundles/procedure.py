"""Sigstore bundles: which slots a bundle fills, by the material that it brings.

    a key instead of a certificate     the policy's keys; a log entry is checked where it is there
    a certificate, no log entry        timestamps alone (GitHub's instance for private repositories)
    a certificate and a log entry      the log; sigstore-python gives a second opinion where it can read the entry

https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from cryptography import x509

from bot.errors import MalformedError, OverLimitError, UndecidableError
from bot.signatures.bundles.document import Bundle, Material, TlogEntry, read_bundle, split_bundles
from bot.signatures.bundles.library import LIBRARY_KINDS, SecondOpinion
from bot.signatures.bundles.signed import content_of
from bot.signatures.layers import SignatureLayer
from bot.signatures.layout import LayoutRule
from bot.signatures.pipeline import Procedure
from bot.signatures.reason import SignatureReason
from bot.signatures.signers import CertificateSigner, PolicyKeys
from bot.signatures.signing_time import TimeEvidence

PROMISED_KINDS: Final = frozenset({"intoto/0.0.1", "intoto/0.0.2"})
"""Kinds of log entries that sigstore-python does not read."""


def procedure(data: bytes, digest: str) -> Procedure:
    """The slots of one bundle that should be about that digest. Raises MalformedError, UndecidableError."""
    bundle = read_bundle(data)
    material = bundle.verification_material
    content, time = content_of(bundle, digest), _time(material)
    leaf = material.leaf()
    if leaf is not None:
        return _certified(bundle, data, leaf, Procedure(content, CertificateSigner(leaf), time), digest)
    if material.public_key is None:
        raise UndecidableError(SignatureReason.UNSUPPORTED, "the bundle names neither a certificate nor a key")
    return Procedure(content, PolicyKeys(), time)


def _certified(bundle: Bundle, data: bytes, leaf: x509.Certificate, own: Procedure, digest: str) -> Procedure:
    """With a second opinion, unless the library reads no such bundle: by its entry, its version or its root."""
    for entry in bundle.verification_material.tlog_entries:
        if _kind(entry) not in PROMISED_KINDS | LIBRARY_KINDS:
            raise UndecidableError(
                SignatureReason.UNSUPPORTED, f"log entries of kind {_kind(entry)[:40]!r} are not supported"
            )
        if entry.inclusion_proof is None and not bundle.is_first_version:
            raise UndecidableError(
                SignatureReason.NO_PROOF, "the bundle has no inclusion proof, which its version asks for"
            )
        if _kind(entry) in LIBRARY_KINDS and entry.inclusion_proof is not None:
            return Procedure(own.content, own.key, own.time, SecondOpinion(bundle, data, leaf, digest))
    return own


def _time(material: Material) -> TimeEvidence:
    if len(material.tlog_entries) > 1:
        raise UndecidableError(SignatureReason.UNSUPPORTED, "bundles with several log entries are not supported")
    for entry in material.tlog_entries:
        return TimeEvidence(entry.entry(), entry.proof(), material.timestamps)
    return TimeEvidence(timestamps=material.timestamps)


def _kind(entry: TlogEntry) -> str:
    return f"{entry.kind_version.kind}/{entry.kind_version.version}"


def claimed_statement(data: bytes) -> bytes:
    """The statement in a bundle, unproved; empty when it holds none, or is not a bundle.

    Raises UndecidableError for a version that is not known, OverLimitError: other readers may find a statement there.
    """
    try:
        bundle = read_bundle(data)
    except OverLimitError:
        raise
    except MalformedError:
        return b""
    try:
        envelope = bundle.decoded()
    except UndecidableError:
        return b""
    return envelope.payload if envelope else b""


def _open(layer: SignatureLayer, data: bytes, _: datetime) -> Procedure:
    return procedure(data, layer.about)


def _split(_: SignatureLayer, data: bytes) -> Iterable[bytes]:
    return split_bundles(data)


layout = LayoutRule(
    open=_open,
    split=_split,
    statement=lambda _, data: claimed_statement(data),
)
"""Layouts `bundle` and `github-api`."""
