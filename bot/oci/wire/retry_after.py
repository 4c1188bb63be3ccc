"""The header Retry-After: seconds, or a date (RFC 9110, section 10.2.3)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

RETRY_AFTER_MAX: Final = 6 * 3600
"""Seconds; Docker Hub's window. Whoever says more is asked again after that."""

_DIGITS_MAX: Final = 15


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to wait from now on; None when the header is not there or says nothing sensible."""
    text = (header or "").strip()
    seconds = float(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else _until(text, now)
    return None if seconds is None else min(max(seconds, 0.0), float(RETRY_AFTER_MAX))


def _until(text: str, now: datetime) -> float | None:
    try:
        when = parsedate_to_datetime(text)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
