"""distribution (Debian's docker-registry, GitLab's own registry) posts every blob and manifest that moves.

https://distribution.github.io/distribution/about/notifications/

Its operator sets a static header, `Authorization: Bearer <secret>`. A refused delivery is retried for ever and holds
up all later ones, so an event that does not read is dropped with a reason.
"""

from pydantic import Field

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from bot.oci.manifest import MANIFEST_TYPES
from handlers.webhooks.delivery import WEBHOOK_EVENTS_MAX, Delivery, Hint, Payload, Text, fit, gathered, surplus
from handlers.webhooks.proof import SecretInHeader
from handlers.webhooks.receiver import Receiver


class Target(Payload):
    """`{"mediaType": "…index.v1+json", "repository": "ns/app", "tag": "1.0.0", "digest": "sha256:…"}`."""

    media_type: str = Field(default="", alias="mediaType")
    repository: str = ""
    tag: Text = ""
    digest: Hint = ""


class Request(Payload):
    """`{"host": "registry.example.com"}`: the name under which the registry was pushed to."""

    host: str = ""


class Event(Payload):
    """One thing that happened."""

    id: Hint = ""
    action: str
    target: Target
    request: Request = Request()


class Notification(Payload):
    """`{"events": […]}`."""

    events: list[object]


def parse(delivery: Delivery) -> Parsed:
    """Every tag that an event of the envelope says was pushed."""
    events = delivery.read(Notification).events
    return gathered(
        events[:WEBHOOK_EVENTS_MAX],
        _announced,
        *surplus(len(events), WEBHOOK_EVENTS_MAX, "WEBHOOK_EVENTS_MAX", "events"),
    )


def _announced(document: object) -> Announcement | str:
    event = fit(document, Event)
    if event.action != "push":
        return "not a push"
    if event.target.media_type.partition(";")[0].strip() not in MANIFEST_TYPES:
        return "not a manifest"
    target = event.target
    return Announcement(target.repository, target.tag, target.digest, event.request.host, event.id)


RECEIVER = Receiver(
    "distribution (Docker Registry 2 and 3, GitLab's own registry)",
    SecretInHeader("Authorization"),
    parse,
    RetryBehaviour.RETRIES,
    """In the registry's configuration file, config.yml:
notifications:
  endpoints:
    - name: provenance-bot
      url: $url
      headers: { Authorization: ["Bearer $secret"] }
      timeout: 2s
      threshold: 5
      backoff: 5s
      ignore: { mediatypes: [application/octet-stream], actions: [pull] }
For GitLab's own registry, in gitlab.rb, the same as a list of registry['notifications'].
""",
)
