"""The inclusion proof: that an entry stands in the log's tree, under a head that the log has signed.

https://www.rfc-editor.org/rfc/rfc6962#section-2.1.1
https://github.com/transparency-dev/formats/blob/main/log/README.md (checkpoint)
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from bot.errors import MalformedError, RefusedError
from bot.signatures.keys import verify_signature
from bot.signatures.protobuf import from_base64
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Log, TrustedRoot

HASHES_MAX: Final = 64
"""Hashes of a proof; a tree of 2^64 entries needs no more."""

CHECKPOINT_MAX: Final = 16 * 1024
"""Characters of a checkpoint; real ones have 250, and 150 more for each witness."""

_SIGNATURE_LINE: Final = "\u2014 "
_HINT: Final = 4  # bytes of the key hint before a checkpoint's signature


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the entry stands in the tree of that size; `checkpoint` is the signed note, as text."""

    index: int
    size: int
    hashes: tuple[bytes, ...] = field(repr=False)
    checkpoint: str = field(repr=False)


def verify_inclusion(body: bytes, proof: Proof, log_id: bytes, root: TrustedRoot) -> None:
    """Check that the log's signed tree holds the entry. Raises RefusedError, UndecidableError, MalformedError."""
    if len(proof.checkpoint) > CHECKPOINT_MAX:
        raise MalformedError(f"the checkpoint has more than CHECKPOINT_MAX = {CHECKPOINT_MAX} characters")
    note, _, signatures = proof.checkpoint.partition("\n\n")
    size, head = _tree(note)
    if size != proof.size or head != _head(body, proof):
        raise RefusedError(SignatureReason.INCLUSION, "the inclusion proof does not lead to the log's checkpoint")
    log = root.logs_of_entry(log_id)[0]
    for line in signatures.splitlines():
        signature = _signature(line, log_id)
        if signature:
            _verify_head(log, signature, note)
            return
    raise RefusedError(SignatureReason.LOG_SIGNATURE, "the log did not sign the checkpoint")


def _verify_head(log: Log, signature: bytes, note: str) -> None:
    try:
        verify_signature(log.known_key, signature, f"{note}\n".encode())
    except RefusedError:
        raise RefusedError(SignatureReason.LOG_SIGNATURE, "the log did not sign the checkpoint") from None


def _tree(note: str) -> tuple[int, bytes]:
    """Size and head of the tree: the note's second and third line, after the log's name."""
    lines = note.split("\n")
    if len(lines) < 3 or not lines[0] or not lines[1].isdecimal() or len(lines[1]) > 20:  # noqa: PLR2004 - 64 bits
        raise MalformedError("the checkpoint does not parse")
    return int(lines[1]), from_base64(lines[2], what="the checkpoint's tree head")


def _signature(line: str, log_id: bytes) -> bytes:
    """The signature of a line `- name base64(hint, signature)` when its hint is that log's, else nothing."""
    parts = line.removeprefix(_SIGNATURE_LINE).split(" ")
    if not line.startswith(_SIGNATURE_LINE) or len(parts) != 2:  # noqa: PLR2004 - name and signature
        return b""
    signed = from_base64(parts[1], what="the checkpoint's signature")
    return signed[_HINT:] if signed[:_HINT] == log_id[:_HINT] else b""


def _head(body: bytes, proof: Proof) -> bytes:
    """The tree's head that the entry and the proof's hashes lead to (RFC 9162, 2.1.3.2)."""
    if not 0 <= proof.index < proof.size or len(proof.hashes) > HASHES_MAX:
        raise RefusedError(SignatureReason.INCLUSION, "the inclusion proof is for a place outside the tree")
    if any(len(sibling) != hashlib.sha256().digest_size for sibling in proof.hashes):
        raise RefusedError(SignatureReason.INCLUSION, "the inclusion proof holds something else than hashes")
    at, last = proof.index, proof.size - 1
    head = hashlib.sha256(b"\0" + body).digest()
    for sibling in proof.hashes:
        if last == 0:
            raise RefusedError(SignatureReason.INCLUSION, "the inclusion proof is too long")
        if at & 1 or at == last:
            head = hashlib.sha256(b"\1" + sibling + head).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            head = hashlib.sha256(b"\1" + head + sibling).digest()
        at, last = at >> 1, last >> 1
    if last:
        raise RefusedError(SignatureReason.INCLUSION, "the inclusion proof is too short")
    return head
