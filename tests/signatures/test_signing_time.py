"""The time of a signature by itself: where none can be trusted, it is said what is missing."""

import hashlib

import pytest

from bot.errors import UndecidableError
from bot.signatures.checked import CheckedSignature
from bot.signatures.log.inclusion import Proof
from bot.signatures.log.promise import LogEntry
from bot.signatures.reason import SignatureReason
from bot.signatures.signing_time import TimeEvidence
from tests.private_sigstore import PrivateSigstore

CHECKED = CheckedSignature(b"payload", b"message", b"signature")
BODY = b"an entry"


def proved(sigstore: PrivateSigstore) -> TimeEvidence:
    """An entry in the log's tree, of which the log promised nothing."""
    log = sigstore.log
    proof = Proof(0, 1, (), log.checkpoint(1, hashlib.sha256(b"\0" + BODY).digest()))
    return TimeEvidence(LogEntry(BODY, 0, log.key_id, 0, b""), proof)


def problem(evidence: TimeEvidence, sigstore: PrivateSigstore) -> str:
    with pytest.raises(UndecidableError) as error:
        evidence.times(CHECKED, sigstore.trust().roots[0])
    assert error.value.code is SignatureReason.NO_TRUSTED_TIME
    return str(error.value)


def test_neither_a_log_entry_nor_a_timestamp(sigstore: PrivateSigstore) -> None:
    assert problem(TimeEvidence(), sigstore) == "no trusted time: neither a log entry nor a timestamp"


def test_an_entry_that_proves_no_time(sigstore: PrivateSigstore) -> None:
    told = "no trusted time: the log entry has no signed entry timestamp, and a timestamp is missing"
    assert problem(proved(sigstore), sigstore) == told
