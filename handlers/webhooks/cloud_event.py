"""CloudEvents over HTTP: structured (the event is the body), binary (`ce-` headers, the body is its data), batches.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md

Senders do not always name the right content type, so a body with `specversion` is a structured event, too.
"""

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from bot.errors import MalformedDeliveryError
from handlers.webhooks.delivery import WEBHOOK_EVENTS_MAX, Delivery, Hint, Payload, Text, fit, surplus

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"


class CloudEvent(Payload):
    """`{"specversion": "1.0", "type": "…", "source": "…", "id": "…", "subject": "…", "data": {…}}`."""

    type: str
    source: Text = ""
    id: Hint = ""
    subject: Text = ""
    data: object = None

    @property
    def key(self) -> str:
        """What is unique of an event: its id is so only for its source."""
        return f"{self.id} {self.source}" if self.id else ""


class CloudEvents(Struct, frozen=True):
    """The events of a delivery, and a reason for each that does not read."""

    events: tuple[CloudEvent, ...]
    ignored: tuple[str, ...] = ()


def read_events(delivery: Delivery) -> CloudEvents:
    """Raises MalformedDeliveryError when the delivery has none of the three forms."""
    document = delivery.parse()
    if delivery.media_type == BATCH:
        if not isinstance(document, list):
            raise MalformedDeliveryError("the body is not a list of events")
        read = list(_each(document[:WEBHOOK_EVENTS_MAX]))
        return CloudEvents(
            tuple(one for one in read if isinstance(one, CloudEvent)),
            (
                *(one for one in read if isinstance(one, str)),
                *surplus(len(document), WEBHOOK_EVENTS_MAX, "WEBHOOK_EVENTS_MAX", "events"),
            ),
        )
    if delivery.header("ce-type") and delivery.media_type != STRUCTURED:
        return CloudEvents((_binary(delivery, document),))
    if isinstance(document, dict) and "specversion" in document:
        return CloudEvents((fit(document, CloudEvent),))
    raise MalformedDeliveryError("the body is not a CloudEvent, and no ce-type header says that it is the data of one")


def _each(documents: list[object]) -> Iterator[CloudEvent | str]:
    for document in documents:
        try:
            yield fit(document, CloudEvent)
        except MalformedDeliveryError:
            yield "an event that does not read"


def _binary(delivery: Delivery, data: object) -> CloudEvent:
    """Header values are percent-encoded (section 3.1.3.2)."""
    named = {name: unquote(delivery.header(f"ce-{name}")) for name in ("type", "source", "id", "subject")}
    return fit({**named, "data": data}, CloudEvent)
