"""zot announces updated images as CloudEvents whose data hold the whole manifest.

https://zotregistry.dev/latest/articles/events/

The manifest is not used: what counts is what the registry answers. It is sent once and never again.
"""

from typing import Final

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.cloud_event import CloudEvent, read_events
from handlers.webhooks.delivery import Delivery, Hint, Payload, Text, fit, gathered, without_digest
from handlers.webhooks.proof import SecretInHeader
from handlers.webhooks.receiver import Receiver

UPDATED: Final = ".image.updated"
"""How the type ends; it begins with `zotregistry`, or with the `typePrefix` of zot's configuration."""

ZOT_BODY_MAX: Final = 8 * 1024 * 1024
"""Bytes: a manifest of up to 4 MiB, escaped as a JSON string."""


class ZotImage(Payload):
    """`{"name": "team/app", "reference": "1.0.0", "digest": "sha256:…", "manifest": "{…}"}`."""

    name: str
    reference: Text = ""
    digest: Hint = ""


def parse(delivery: Delivery) -> Parsed:
    """One image an event; a digest as reference is a child of an index."""
    read = read_events(delivery)
    return gathered(read.events, _announced, *read.ignored)


def _announced(event: CloudEvent) -> Announcement | str:
    if not event.type.endswith(UPDATED):
        return "not a push"
    image = fit(event.data, ZotImage)
    return Announcement(image.name, without_digest(image.reference), image.digest, id=event.key)


RECEIVER = Receiver(
    "zot",
    SecretInHeader("Authorization"),
    parse,
    RetryBehaviour.ONCE,
    """In zot's configuration file:
    "extensions": {
      "events": {
        "enable": true,
        "sinks": [{
          "type": "http",
          "address": "$url",
          "timeout": "5s",
          "credentials": {"token": "$secret"}
        }]
      }
    }
""",
    body_max=ZOT_BODY_MAX,
)
