"""Classifies the result of a call to Slack: done, not done, or unconfirmed.

slack_sdk raises SlackApiError for every answer that is not `ok`. Its `response` is a Slack answer, an aiohttp response
(invalid JSON), an empty dict (HTML) or a plain string.
"""

import math
import random
from collections.abc import Mapping
from functools import cache
from typing import Final

import aiohttp

from bot.slack.transport import Answer, Refused, RetryLater, Unconfirmed


class TokenUnavailableError(OSError):
    """Nobody can say now which token a workspace has: the store does not answer, or the token is being renewed."""


@cache
def failures() -> tuple[type[Exception], ...]:
    """Everything that a call of slack_sdk may raise. The AttributeError is its bug with a text/plain answer."""
    from slack_sdk.errors import SlackApiError  # noqa: PLC0415 - it brings all of slack_sdk, for a bot that has Slack

    return SlackApiError, aiohttp.ClientError, TimeoutError, OSError, AttributeError


RETRY_AFTER_MAX: Final = 3600.0
"""Seconds; a longer Retry-After header is not followed."""

_RATE_LIMITED: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_MOVING: Final = frozenset({"team_added_to_org"})
"""The workspace is being moved into an organisation, and takes nothing meanwhile."""

MOVING_AGAIN: Final = 300.0
_SERVER_CODES: Final = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_TOO_MANY, _SERVER_ERROR = 429, 500
_LOGIN_WANTED: Final = 407


def error_of(error: Exception) -> tuple[int, str]:
    """HTTP status and Slack's error code; 0 and "" if the answer has none."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", response)
    code = data.get("error", "") if isinstance(data, Mapping) else ""
    return (status if isinstance(status, int) else 0), (code if isinstance(code, str) else "")


def answer_of(error: Exception) -> Answer:
    """The result of a failed call; unconfirmed when in doubt."""
    if isinstance(error, TokenUnavailableError):
        return RetryLater(5.0, str(error))
    if why := _not_reached(error):
        return RetryLater(15.0, why)
    status, code = error_of(error)
    if status == _TOO_MANY or code in _RATE_LIMITED:
        return RetryLater(_retry_after(error), "Slack limits the rate (429)")
    if code in _MOVING:
        return RetryLater(MOVING_AGAIN, "the workspace is being moved")
    if status >= _SERVER_ERROR or not code or code in _SERVER_CODES:
        return Unconfirmed(f"{type(error).__name__} {status or ''} {code}".strip())
    return Refused(code, _needed(error))


def _not_reached(error: Exception) -> str:
    """Why Slack has seen nothing of the call; "" when it may have."""
    status = error.status if isinstance(error, aiohttp.ClientHttpProxyError) else error_of(error)[0]
    if isinstance(error, aiohttp.ClientHttpProxyError) or status == _LOGIN_WANTED:
        login = ", which may hold user:password@" if status == _LOGIN_WANTED else ""
        return f"Slack could not be reached: the proxy answered {status} (PROVENANCE_PROXY{login})"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return "Slack could not be reached, because the proxy could not (PROVENANCE_PROXY)"
    return "Slack could not be reached" if isinstance(error, aiohttp.ClientConnectorError) else ""


def _retry_after(error: Exception) -> float:
    """The seconds of the header, with jitter."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        seconds = float(headers.get("Retry-After", 1))
    except (TypeError, ValueError):
        seconds = 1.0
    if not math.isfinite(seconds):
        seconds = 1.0
    return min(max(seconds, 1.0), RETRY_AFTER_MAX) + random.uniform(0.1, 1.0)  # noqa: S311 - jitter only


def _needed(error: Exception) -> str:
    data = getattr(getattr(error, "response", None), "data", None)
    needed = data.get("needed", "") if isinstance(data, Mapping) else ""
    return needed[:100] if isinstance(needed, str) else ""
