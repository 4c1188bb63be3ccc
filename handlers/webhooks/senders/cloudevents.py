"""Any sender of CloudEvents about images, e.g. a pipeline step; the keys that others use, too.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md

The type must say that it is about an image, and not that one was deleted, pulled or scanned. Every registry that the
event names must be one of the source's.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field

from bot.errors import MalformedError
from bot.intake.push import Announcement, Parsed, RetryBehaviour
from bot.oci.canonical import canonical_registry
from handlers.webhooks.cloud_event import CloudEvent, read_events
from handlers.webhooks.delivery import Delivery, Hint, Payload, Text, fit, gathered, without_digest
from handlers.webhooks.proof import AnyOf, SecretInHeader, SignedBody
from handlers.webhooks.receiver import Receiver

_ABOUT_IMAGES: Final = re.compile(r"container|image", re.IGNORECASE | re.ASCII)
_OTHER: Final = re.compile(r"delet|remov|pull|scan", re.IGNORECASE | re.ASCII)


class ImageData(Payload):
    """`{"repository": "team/app", "tag": "1.0.0", "digest": "sha256:…", "registryUrl": "registry.example.com"}`."""

    repository: Text = ""
    repository_name: Text = Field(default="", alias="repositoryName")
    tag: Text = ""
    image_tag: Text = Field(default="", alias="imageTag")
    digest: Hint = ""
    image_digest: Hint = Field(default="", alias="imageDigest")
    registry: Text = ""
    registry_url: Text = Field(default="", alias="registryUrl")


def parse(delivery: Delivery) -> Parsed:
    """At most one tag an event."""
    read = read_events(delivery)
    return gathered(read.events, _announced, *read.ignored)


def _announced(event: CloudEvent) -> Announcement | str:
    if _ABOUT_IMAGES.search(event.type) is None or _OTHER.search(event.type):
        return "not a push"
    data = fit({} if event.data is None else event.data, ImageData)
    named = {_host(data.registry_url), _host(data.registry), _host_of_source(event.source)} - {""}
    if len(named) > 1:
        return "names more than one registry"
    subject_repository, _, subject_tag = event.subject.rpartition(":")
    return Announcement(
        data.repository or data.repository_name or subject_repository,
        without_digest(data.tag or data.image_tag or subject_tag),
        data.digest or data.image_digest,
        next(iter(named), ""),
        event.key,
    )


def _host(told: str) -> str:
    """The registry's one name, out of a host or a URL."""
    host = told.partition("://")[2] if "://" in told else told
    host = host.partition("/")[0]
    try:
        return canonical_registry(host)
    except MalformedError:
        return host  # no host of a source is written so


def _host_of_source(source: str) -> str:
    """A source may be any URI; only a web address names a host."""
    try:
        return _host(source) if urlsplit(source).scheme in {"http", "https"} else ""
    except ValueError:
        return source


RECEIVER = Receiver(
    "CloudEvents of any sender",
    AnyOf((SecretInHeader("X-Webhook-Secret"), SignedBody("X-Hub-Signature-256", prefix="sha256="))),
    parse,
    RetryBehaviour.ONCE,
    """Post an event in structured or binary mode. The header X-Webhook-Secret holds the secret, or X-Hub-Signature-256
holds "sha256=" and the HMAC-SHA256 of the body in hexadecimal. A signature covers the body alone, so use the structured
mode with it.
    curl "$url" -H 'X-Webhook-Secret: $secret' -H 'Content-Type: application/cloudevents+json' -d '{
      "specversion": "1.0", "type": "container.image.push", "source": "https://$host", "id": "a new one each time",
      "data": {"repository": "team/app", "tag": "1.0.0"}}'
""",
    asks_first=True,
)
