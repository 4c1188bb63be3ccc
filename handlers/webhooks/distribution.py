"""distribution (Debian's docker-registry, GitLab's own registry) posts every blob and manifest that moves.

https://distribution.github.io/distribution/about/notifications/

Its operator sets a static header, `Authorization: Bearer <secret>`. A refused delivery is retried for ever and holds
up all later ones, so a single event that does not read is dropped with a reason; only a body that is not an
envelope is refused with 400.
"""

from pydantic import Field, ValidationError

from bot.errors import ForgedError
from bot.intake.push import Announcement, Parsed, RetryBehaviour
from bot.oci.manifest import MANIFEST_TYPES
from handlers.webhooks.delivery import WEBHOOK_EVENTS_MAX, Delivery, Payload, Receiver, same


class Target(Payload):
    """`{"mediaType": "…index.v1+json", "repository": "ns/app", "tag": "1.0.0", "digest": "sha256:…"}`."""

    media_type: str = Field(default="", alias="mediaType")
    repository: str = ""
    tag: str = ""
    digest: str = ""


class Request(Payload):
    """`{"host": "registry.example.com"}`: the name under which the registry was pushed to."""

    host: str = ""


class Event(Payload):
    """One thing that happened."""

    id: str = ""
    action: str
    target: Target
    request: Request = Request()


class Notification(Payload):
    """`{"events": […]}`."""

    events: list[object]


def verify(delivery: Delivery, secret: str) -> None:
    """The configured value of Authorization, with or without the scheme."""
    given = delivery.header("Authorization")
    if not (same(given, f"Bearer {secret}") | same(given, secret)):
        raise ForgedError("the Authorization header does not hold")


def parse(delivery: Delivery) -> Parsed:
    """Every tag that an event of the envelope says was pushed."""
    events = delivery.read(Notification).events
    read = [_read(event) for event in events[:WEBHOOK_EVENTS_MAX]]
    surplus = (f"more than WEBHOOK_EVENTS_MAX = {WEBHOOK_EVENTS_MAX} events",) * (len(events) - WEBHOOK_EVENTS_MAX)
    return Parsed(
        tuple(one for one in read if isinstance(one, Announcement)),
        tuple(one for one in read if isinstance(one, str)) + surplus,
    )


def _read(document: object) -> Announcement | str:
    try:
        event = Event.model_validate(document)
    except ValidationError:
        return "an event that does not read"
    if event.action != "push":
        return "not a push"
    if event.target.media_type.partition(";")[0].strip() not in MANIFEST_TYPES:
        return "not a manifest"
    target = event.target
    return Announcement(target.repository, target.tag, target.digest, event.request.host, event.id)


RECEIVER = Receiver(verify, parse, RetryBehaviour.RETRIES)
