"""What can be said of a payload from Slack before a listener sees it. No I/O."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

from bot.errors import MalformedDeliveryError

ID_MAX: Final = 200
"""Characters of an envelope's id; Slack's have 36."""


class EnvelopeKind(StrEnum):
    """What Slack sends through a socket."""

    HELLO = "hello"
    DISCONNECT = "disconnect"
    EVENT = "events_api"
    COMMAND = "slash_commands"
    INTERACTIVE = "interactive"


REQUESTS: Final = frozenset({EnvelopeKind.EVENT, EnvelopeKind.COMMAND, EnvelopeKind.INTERACTIVE})


class SocketEnvelope(Struct, frozen=True):
    """One message from a socket. `id` and `payload` are set for requests, `reason` for a disconnect."""

    kind: EnvelopeKind
    id: str = ""
    payload: Mapping[str, Any] | None = None
    retry: int = 0
    reason: str = ""


def read_envelope(text: str) -> SocketEnvelope | None:
    """The envelope; None for a kind that we do not know. Raises MalformedDeliveryError."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedDeliveryError(f"not an envelope from Slack: {type(error).__name__}") from None
    if not isinstance(read, dict):
        raise MalformedDeliveryError("not an object")
    kind = read.get("type")
    if not isinstance(kind, str) or kind not in set(EnvelopeKind):
        return None
    known = EnvelopeKind(kind)
    if known not in REQUESTS:
        reason = read.get("reason")
        return SocketEnvelope(known, reason=reason[:ID_MAX] if isinstance(reason, str) else "")
    name, payload, retry = read.get("envelope_id"), read.get("payload"), read.get("retry_attempt")
    if not isinstance(name, str) or not 0 < len(name) <= ID_MAX or not isinstance(payload, dict) or not payload:
        raise MalformedDeliveryError("an envelope without id or payload")
    return SocketEnvelope(known, name, payload, retry if isinstance(retry, int) else 0)


def is_event(payload: Mapping[str, Any]) -> bool:
    """Whether it is of the Events API, which sends again what was not acknowledged."""
    event = payload.get("event")
    return payload.get("type") == "event_callback" and isinstance(event, dict) and isinstance(event.get("type"), str)


def once_name(payload: Mapping[str, Any]) -> str:
    """A name that every repetition of this request has, "" if it has none.

    An event has an id; a command, a button and a form have a trigger of their own.
    """
    word = "event" if is_event(payload) else "trigger"
    value = payload.get(f"{word}_id")
    if not isinstance(value, str) or not value:
        return ""
    return f"{word}:{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()}"
