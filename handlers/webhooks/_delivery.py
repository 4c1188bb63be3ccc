"""What a sender hands in at the door, and what we make of it. No I/O here.

The order is a law: a delivery is verified first and parsed after, so that nobody unproven reaches a parser.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from multidict import CIMultiDictProxy
from pydantic import BaseModel, ConfigDict

from bot.errors import ForgedError, MalformedDeliveryError, MalformedError
from bot.oci import manifest
from bot.oci.reference import Reference

WEBHOOK_BODY_MAX: Final = 1024 * 1024
"""Bytes of a delivery; the largest real example has 22 KB."""

WEBHOOK_EVENTS_MAX: Final = 100
"""Events in one delivery; one push is 1 to 16 of them."""

WEBHOOK_TAGS_MAX: Final = 100
"""Tags in one event."""

M = TypeVar("M", bound=BaseModel)


class Payload(BaseModel):
    """A part of a payload: the keys that we need, of the types that we need; all others are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, populate_by_name=True)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST: headers, raw body, and the secret that stood last in the path ("" when none did)."""

    headers: CIMultiDictProxy[str]
    body: bytes
    path_secret: str = ""

    def header(self, name: str) -> str:
        """The value of a header that stands there exactly once, else ""; two are as suspicious as none."""
        values = self.headers.getall(name, ())
        return values[0] if len(values) == 1 else ""

    def read(self, model: type[M]) -> M:
        """The body as that model. Raises MalformedDeliveryError that says which key does not fit, never its value."""
        try:
            return manifest.read(self.body, model, what="the body")
        except MalformedError as error:
            raise MalformedDeliveryError(str(error)) from None


@dataclass(frozen=True, slots=True)
class Announced:
    """What a payload claims about one tag, before anything of it is believed.

    `host` is "" when the payload does not tell: then it is the source's. `id` is the sender's own for this event.
    """

    repository: str
    tag: str
    digest: str = ""
    host: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A payload, read. `ignored` holds one reason for each event that asks for nothing."""

    announced: tuple[Announced, ...] = ()
    ignored: tuple[str, ...] = ()
    ping: bool = False


@dataclass(frozen=True, slots=True)
class Push:
    """A tag to look at. `digest_hint` is only a claim; the registry says what the tag stands for.

    `evidence_for` is a digest when the tag is no release but a signature or attestation of that digest.
    """

    image: Reference
    digest_hint: str = ""
    evidence_for: str = ""
    id: str = ""


class Temper(StrEnum):
    """What a sender does with a 503, and so what it has to hear when the store is away."""

    RETRIES = "retries"  # sends again until we take it: it keeps the event better than our memory does
    ONCE = "once"  # never sends again, but shows the failure: we keep the event in memory and say 503
    GIVES_UP = "gives up"  # switches the hook off after a few: we keep the event in memory and say 202


class NoSuchHookError(ForgedError):
    """Wrong path secret. Answered with the same 404 as an unknown source, so that there is nothing to probe."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """How one kind of sender proves itself, and how its payload reads.

    `verify` raises ForgedError, `parse` raises MalformedDeliveryError. `in_path` says that the secret stands in the
    path because the sender cannot sign.
    """

    verify: Callable[[Delivery, str], None]
    parse: Callable[[Delivery], Parsed]
    temper: Temper
    in_path: bool = False


def same(given: str, expected: str) -> bool:
    """Compare secrets in constant time; header text may hold bytes that are no UTF-8."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())
