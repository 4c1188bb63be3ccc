"""The signed entry timestamp: the transparency log's promise that it took an entry, and when.

https://github.com/sigstore/rekor/blob/main/openapi.yaml (SignedEntryTimestamp), RFC 8785
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.errors import RefusedError, UndecidableError
from bot.signatures.keys import verify_signature
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import TrustedRoot


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What the log says about a signature. `body` is the canonical entry, `promise` the signed entry timestamp."""

    body: bytes = field(repr=False)
    integrated_time: int  # seconds since the epoch
    log_id: bytes
    log_index: int
    promise: bytes = field(repr=False)


def verify_promise(entry: LogEntry, root: TrustedRoot) -> datetime:
    """When the log took the entry (UTC). Raises RefusedError, UndecidableError when the log's key cannot be used."""
    if not entry.promise:
        raise UndecidableError(
            SignatureReason.NO_TRUSTED_TIME, "the log entry has no signed entry timestamp, so no trusted time"
        )
    logs = root.logs_of_entry(entry.log_id)
    try:
        verify_signature(logs[0].known_key, entry.promise, _canonical(entry))
    except RefusedError:
        raise RefusedError(SignatureReason.LOG_SIGNATURE, "the transparency log did not sign this entry") from None
    at = _moment(entry.integrated_time)
    if not any(log.period.holds(at) for log in logs):
        raise RefusedError(
            SignatureReason.LOG_TIME, "the log entry's time lies outside of the time in which that log's key was in use"
        )
    return at


def _canonical(entry: LogEntry) -> bytes:
    """RFC 8785 of these four fields is what sorted, compact JSON is, since they hold only ASCII and integers."""
    fields = {
        "body": base64.b64encode(entry.body).decode(),
        "integratedTime": entry.integrated_time,
        "logID": entry.log_id.hex(),
        "logIndex": entry.log_index,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, ValueError, OSError):
        raise RefusedError(SignatureReason.LOG_TIME, "the log entry's time is not a valid time") from None
