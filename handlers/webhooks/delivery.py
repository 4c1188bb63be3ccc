"""What a sender hands in at the door, and what we make of it. No I/O here.

The order is a law: a delivery is verified first and parsed after, so that only authentic bytes reach a parser.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from multidict import CIMultiDictProxy
from pydantic import BaseModel, ConfigDict

from bot.errors import ForgedError, MalformedDeliveryError, MalformedError
from bot.intake.push import Parsed, RetryBehaviour
from bot.oci import manifest

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
        """The value of a header that occurs exactly once, else ""; two are as suspicious as none."""
        values = self.headers.getall(name, ())
        return values[0] if len(values) == 1 else ""

    def read(self, model: type[M]) -> M:
        """The body as that model. Raises MalformedDeliveryError that says which key does not fit, never its value."""
        try:
            return manifest.read(self.body, model, what="the body")
        except MalformedError as error:
            raise MalformedDeliveryError(str(error)) from None


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
    retries: RetryBehaviour
    in_path: bool = False


def same(given: str, expected: str) -> bool:
    """Compare secrets in constant time; header text may hold bytes that are not UTF-8."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())
