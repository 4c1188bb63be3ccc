"""What a sender hands in at the door, and what we make of it. No I/O here.

The order is a law: a delivery is verified first and parsed after, so that only authentic bytes reach a parser.
"""

import hmac
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import unquote_to_bytes

from msgspec import Struct
from multidict import CIMultiDictProxy
from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.errors import MalformedDeliveryError, MalformedError
from bot.intake.push import Announcement, Parsed
from bot.oci import documents
from bot.oci.reference import is_digest
from bot.values import Hiding

WEBHOOK_BODY_MAX: Final = 1024 * 1024
"""Bytes of a delivery; the largest real example has 22 KB."""

WEBHOOK_EVENTS_MAX: Final = 100
"""Events in one delivery; one push is 1 to 16 of them."""

WEBHOOK_TAGS_MAX: Final = 100
"""Tags in one event."""

FORM: Final = b"payload="
"""How a form begins, which GitHub and Gitea send when their hook says so; no JSON does."""

E = TypeVar("E")
M = TypeVar("M", bound=BaseModel)

Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A string; Go writes null where there is none."""

Hint = Annotated[str, BeforeValidator(lambda value: value if isinstance(value, str) else "")]
"""A string that only helps, as a digest or an id does: what is not one counts as not told, and the push counts."""


class Payload(BaseModel):
    """A part of a payload: the keys that we need, of the types that we need; all others are ignored.

    Validators are built at the first delivery: most bots hear two or three of fifteen kinds.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, populate_by_name=True, defer_build=True)


class Delivery(Hiding, Struct, frozen=True):
    """One POST: headers, raw body, and the secret that stood last in the path ("" when none did)."""

    HIDDEN = frozenset({"headers", "body", "path_secret"})

    headers: CIMultiDictProxy[str]
    body: bytes
    path_secret: str = ""

    def header(self, name: str) -> str:
        """The value of a header that occurs exactly once, else ""; two are as suspicious as none."""
        values = self.headers.getall(name, ())
        return values[0] if len(values) == 1 else ""

    @property
    def media_type(self) -> str:
        """The Content-Type without parameters, in lower case."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    @property
    def content(self) -> bytes:
        """The JSON text: the body, or what a form holds as its `payload`."""
        if not self.body.startswith(FORM):
            return self.body
        return unquote_to_bytes(self.body.removeprefix(FORM).partition(b"&")[0].replace(b"+", b" "))

    def parse(self) -> Any:  # noqa: ANN401 - JSON is anything
        """The content as JSON. Raises MalformedDeliveryError."""
        try:
            return documents.parse_plain(self.content, what="the body")
        except MalformedError as error:
            raise MalformedDeliveryError(str(error)) from None

    def read(self, model: type[M]) -> M:
        """The body as that model. Raises MalformedDeliveryError that says which key does not fit, never its value."""
        return fit(self.parse(), model)


def fit(document: object, model: type[M]) -> M:
    """A part of the body as that model. Raises MalformedDeliveryError like `Delivery.read`."""
    try:
        return documents.fit(document, model, what="the body")
    except MalformedError as error:
        raise MalformedDeliveryError(str(error)) from None


def gathered(events: Sequence[E], read: Callable[[E], Announcement | str], *ignored: str) -> Parsed:
    """What was read of a payload's events: announcements, and a reason for each other event.

    `read` may raise MalformedDeliveryError. One bad event among several does not lose the others.
    """
    told = [read(events[0])] if len(events) == 1 else [_read_one(event, read) for event in events]
    return Parsed(
        tuple(one for one in told if isinstance(one, Announcement)),
        (*(one for one in told if isinstance(one, str)), *ignored),
    )


def _read_one(event: E, read: Callable[[E], Announcement | str]) -> Announcement | str:
    try:
        return read(event)
    except MalformedDeliveryError:
        return "an event that does not read"


def surplus(count: int, most: int, limit: str, what: str) -> tuple[str, ...]:
    """A reason for each entry beyond the limit of that name."""
    return (f"more than {limit} = {most} {what}",) * max(count - most, 0)


def without_digest(tag: str) -> str:
    """The tag, or "" when a digest stands in its place: a child of an index was pushed."""
    return "" if is_digest(tag) else tag


def same(given: str, expected: str) -> bool:
    """Compare secrets in constant time. What strangers send may hold bytes and halves of characters, not only text."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
