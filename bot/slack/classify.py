"""What came of a call to Slack: certainly done, certainly not done, or nobody knows.

slack_sdk raises SlackApiError for any answer that is not `ok`; what its `response` holds depends on how the answer
was broken: a Slack answer, an aiohttp response (invalid JSON), an empty dict (HTML) or a plain string.
"""

import math
import random
from collections.abc import Mapping
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack.transport import Answer, Refused, RetryLater, Unconfirmed

FAILURES: Final = (SlackApiError, aiohttp.ClientError, TimeoutError, OSError, AttributeError)
"""Everything that a call of slack_sdk may raise; the AttributeError is its own, over an answer of text/plain."""

RETRY_AFTER_MAX: Final = 3600.0
"""Seconds; nobody waits longer on the word of a header."""

_RATE_LIMITED: Final = frozenset({"ratelimited", "rate_limited"})
_SLACKS_OWN: Final = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_TOO_MANY, _SERVER_ERROR = 429, 500


def error_of(error: Exception) -> tuple[int, str]:
    """HTTP status and Slack's word for it; 0 and "" where the answer did not say."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", response)
    code = data.get("error", "") if isinstance(data, Mapping) else ""
    return (status if isinstance(status, int) else 0), (code if isinstance(code, str) else "")


def answer_of(error: Exception) -> Answer:
    """Which of the four ends it was; when in doubt, perhaps."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return RetryLater(15.0, "Slack could not be reached")
    status, code = error_of(error)
    if status == _TOO_MANY or code in _RATE_LIMITED:
        return RetryLater(_retry_after(error), "Slack asks for patience (429)")
    if status >= _SERVER_ERROR or not code or code in _SLACKS_OWN:
        return Unconfirmed(f"{type(error).__name__} {status or ''} {code}".strip())
    return Refused(code, _needed(error))


def _retry_after(error: Exception) -> float:
    """The header's seconds and a bit, so that not all come back at once."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        seconds = float(headers.get("Retry-After", 1))
    except (TypeError, ValueError):
        seconds = 1.0
    if not math.isfinite(seconds):
        seconds = 1.0
    return min(max(seconds, 1.0), RETRY_AFTER_MAX) + random.uniform(0.1, 1.0)  # noqa: S311 - only to spread


def _needed(error: Exception) -> str:
    data = getattr(getattr(error, "response", None), "data", None)
    needed = data.get("needed", "") if isinstance(data, Mapping) else ""
    return needed[:100] if isinstance(needed, str) else ""
