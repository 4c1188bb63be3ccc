"""Verifies a request from Slack before parsing it. No I/O.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from bot.errors import ForgedError, MalformedDeliveryError

AGE_MAX: Final = 300
"""Seconds that a timestamp may differ from our clock."""

STORE_TIME: Final = 1.5
"""Seconds for the store to accept a job. Slack waits three for an answer; the replay check may take 0.5."""

FIELDS_MAX: Final = 100
"""Fields of a form; a command has 14."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> str:
    """The signature, if it is valid. Raises ForgedError; the body was only hashed."""
    stamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
        raise ForgedError("not signed by Slack")
    if abs(now - int(stamp)) > AGE_MAX:
        raise ForgedError(f"timestamp is outside ±{AGE_MAX // 60} minutes")
    expected = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"v0={expected}", signature):
        raise ForgedError("the signature is not valid")
    return signature


def readable(body: bytes, content_type: str) -> str:
    """The body as text that Bolt can parse. Raises MalformedDeliveryError.

    Bolt would use the charset parameter, and raise an exception for anything but an object.
    """
    try:
        text = body.decode("utf-8", errors="strict")
        payload = json.loads(text) if content_type == "application/json" else _form(text)
    except (ValueError, RecursionError) as error:
        raise MalformedDeliveryError(f"not a request from Slack: {type(error).__name__}") from None
    if not isinstance(payload, dict) or not payload:
        raise MalformedDeliveryError("not an object")
    return text


def _form(text: str) -> object:
    """The form itself, or the JSON in its field `payload`."""
    fields = parse_qs(text, keep_blank_values=True, max_num_fields=FIELDS_MAX)
    return json.loads(fields["payload"][0]) if "payload" in fields else fields
