"""GitHub's rate limits: after a reply that says "later", no request is sent until then.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from msgspec import Struct

WAIT_MAX: Final = timedelta(hours=1)
"""The longest wait on the word of a header; GitHub's window is one hour."""

SECONDARY: Final = timedelta(minutes=1)
"""What GitHub asks for when a secondary limit is met and no header says more."""

_LIMITED: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})


class RateLimits(Struct):
    """One bucket: of one token, or of this machine's address without a token."""

    until: datetime | None = None

    def wait(self, now: datetime) -> datetime | None:
        """When to ask again, or None when asking is allowed now."""
        return self.until if self.until and now < self.until else None

    def note(self, status: int, headers: Mapping[str, str], now: datetime) -> datetime | None:
        """When to ask again, if that reply is about a rate limit; else None. Remembers it."""
        retry_after, remaining = headers.get("Retry-After", ""), headers.get("X-RateLimit-Remaining", "")
        limited = status == HTTPStatus.TOO_MANY_REQUESTS or bool(retry_after) or remaining == "0"
        if status not in _LIMITED or not limited:
            return None
        self.until = now + min(_wait(retry_after, headers.get("X-RateLimit-Reset", ""), now), WAIT_MAX)
        return self.until


def _wait(retry_after: str, reset: str, now: datetime) -> timedelta:
    if retry_after.isascii() and retry_after.isdigit():
        return timedelta(seconds=min(int(retry_after[:9]), WAIT_MAX.total_seconds()))
    if reset.isascii() and reset.isdigit():
        seconds = int(reset[:12]) - now.timestamp()
        return timedelta(seconds=max(1.0, min(seconds, WAIT_MAX.total_seconds())))
    return SECONDARY
