"""CDEvents: an artifact was published, or signed.

https://cdevents.dev/docs/core/#artifact-published and https://github.com/package-url/purl-spec (type oci)

The artifact's purl says which image it is. Type and id are read from the body, which a signature covers; the headers of
the binary mode are not. A signed artifact wakes the check that waits for its signature.
"""

from typing import Final

from packageurl import PackageURL
from pydantic import Field

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.cloud_event import CloudEvent, read_events
from handlers.webhooks.delivery import Delivery, Hint, Payload, Text, fit, gathered
from handlers.webhooks.proof import AnyOf, SecretInHeader, SignedBody
from handlers.webhooks.receiver import Receiver

PUBLISHED: Final = "dev.cdevents.artifact.published."
SIGNED: Final = "dev.cdevents.artifact.signed."


class CdContext(Payload):
    """`{"type": "dev.cdevents.artifact.published.0.3.0", "id": "…", "source": "…"}`."""

    type: str
    id: Hint = ""
    source: Hint = ""


class CdSubject(Payload):
    """`{"id": "pkg:oci/app@sha256%3A…?repository_url=quay.io/team/app&tag=1.0.0"}`."""

    id: Text = ""


class CdEvent(Payload):
    """The document of CDEvents."""

    context: CdContext
    subject: CdSubject = Field(default_factory=CdSubject)


def parse(delivery: Delivery) -> Parsed:
    """At most one image an event."""
    read = read_events(delivery)
    return gathered(read.events, _announced, *read.ignored)


def _announced(carrier: CloudEvent) -> Announcement | str:
    event = fit(carrier.data, CdEvent)
    if not event.context.type.startswith((PUBLISHED, SIGNED)):
        return "not a push"
    try:
        purl = PackageURL.from_string(event.subject.id)
    except ValueError:
        return "not a purl"
    qualifiers = dict(purl.qualifiers or {})
    url = qualifiers.get("repository_url", "")
    if purl.type != "oci":
        return "not a container"
    if not url:
        return "no repository_url"
    host, _, repository = url.removeprefix("https://").partition("/")
    return Announcement(
        repository,
        qualifiers.get("tag", ""),
        purl.version or "",
        host,
        f"{event.context.id} {event.context.source}" if event.context.id else "",
        is_evidence=event.context.type.startswith(SIGNED),
    )


RECEIVER = Receiver(
    "CDEvents",
    AnyOf((SecretInHeader("X-Webhook-Secret"), SignedBody("X-Hub-Signature-256", prefix="sha256="))),
    parse,
    RetryBehaviour.ONCE,
    """Send artifact.published and artifact.signed events here. Their subject is a purl with repository_url, e.g.
    pkg:oci/app@sha256%3A...?repository_url=$host/team/app&tag=1.0.0
The header X-Webhook-Secret holds the secret, or X-Hub-Signature-256 holds "sha256=" and the HMAC-SHA256 of the body.
    URL                 $url
    X-Webhook-Secret    $secret
""",
    asks_first=True,
)
