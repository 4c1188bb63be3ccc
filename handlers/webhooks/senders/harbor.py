"""Harbor announces pushed artifacts, in its own format ("Default"), as CloudEvents, or as CDEvents inside of those.

https://goharbor.io/docs/latest/working-with-projects/project-configuration/configure-webhooks/

It sends the "Auth Header" of its policy literally, without a scheme. A child of an index has its digest in place of a
tag; signatures and other accessories fire the same event.
"""

from typing import Final

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.delivery import (
    WEBHOOK_EVENTS_MAX,
    Delivery,
    Hint,
    Payload,
    Text,
    fit,
    gathered,
    surplus,
    without_digest,
)
from handlers.webhooks.proof import SecretInHeader
from handlers.webhooks.receiver import Receiver

PUSHES: Final = {
    "PUSH_ARTIFACT": ("event_data",),
    "CREATE_TAG": ("event_data",),  # of an artifact that is there already
    "pushImage": ("event_data",),  # Harbor 1.x
    "harbor.artifact.pushed": ("data",),
    "harbor.tag.created": ("data",),
}
"""The types of a push, and the keys under which its data stand."""

CDEVENTS: Final = "dev.cdevents.artifact.published."
"""How the type of a push begins in that format, whose version follows. Its purl has Harbor's URL with tag and digest in
the place of a repository's, so Harbor's own data are read, which are there, too."""

CUSTOM: Final = ("data", "customData")


class HarborResource(Payload):
    """`{"digest": "sha256:…", "tag": "1.0.0", "resource_url": "harbor.example.com/team/app:1.0.0"}`."""

    digest: Hint = ""
    tag: Text = ""
    resource_url: Text = ""


class HarborRepository(Payload):
    """`{"repo_full_name": "team/app", …}`."""

    repo_full_name: str


class HarborData(Payload):
    """What was pushed; one resource an event in today's code, a list in its schema."""

    resources: list[object] | None = None
    repository: HarborRepository


class HarborEvent(Payload):
    """Any event; only CloudEvents have an id."""

    type: str
    id: Hint = ""


def parse(delivery: Delivery) -> Parsed:
    """Every tag among the resources. `resource_url` must be on a host of the source; it is never dialled."""
    document = delivery.parse()
    event = fit(document, HarborEvent)
    keys = CUSTOM if event.type.startswith(CDEVENTS) else PUSHES.get(event.type)
    if keys is None:
        return Parsed(ignored=("not a push",))
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    data = fit(document, HarborData)
    resources = data.resources or []
    if not resources:
        return Parsed(ignored=("no resources",))
    return gathered(
        resources[:WEBHOOK_EVENTS_MAX],
        lambda resource: _announced(fit(resource, HarborResource), data.repository.repo_full_name, event.id),
        *surplus(len(resources), WEBHOOK_EVENTS_MAX, "WEBHOOK_EVENTS_MAX", "resources"),
    )


def _announced(resource: HarborResource, repository: str, id_: str) -> Announcement:
    host = resource.resource_url.partition("/")[0]
    return Announcement(repository, without_digest(resource.tag), resource.digest, host, id_)


RECEIVER = Receiver(
    "Harbor",
    SecretInHeader("Authorization"),
    parse,
    RetryBehaviour.FEW_TIMES,
    """In the project: Webhooks > New Webhook.
    Notify Type      http
    Payload Format   Default, CloudEvents or CDEvents
    Event Type       Artifact pushed
    Endpoint URL     $url
    Auth Header      $secret
""",
)
