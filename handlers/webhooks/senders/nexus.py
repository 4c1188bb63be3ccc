"""Sonatype Nexus Repository announces components of its repositories.

https://help.sonatype.com/en/webhooks.html

It names its own repository, and each has a port or a path of its own, so the source's `repositories` says where its
images are. That name and version of a component are path and tag of an image is not documented.
"""

from typing import Final

from pydantic import Field

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.delivery import Delivery, Payload, Text, fit, without_digest
from handlers.webhooks.proof import SignedBody
from handlers.webhooks.receiver import Receiver

ACTIONS: Final = frozenset({"CREATED", "UPDATED"})
COMPONENT: Final = "rm:repository:component"


class NexusComponent(Payload):
    """`{"format": "docker", "name": "team/app", "version": "1.0.0"}`."""

    format: Text = ""
    name: str
    version: Text = ""


class NexusEvent(Payload):
    """What happened to a component."""

    action: str
    repository_name: str = Field(alias="repositoryName")
    component: NexusComponent


def parse(delivery: Delivery) -> Parsed:
    """At most one tag; its digest is not told."""
    if delivery.header("X-Nexus-Webhook-Id") != COMPONENT:
        return Parsed(ignored=("not a component event",))
    event = fit(delivery.parse(), NexusEvent)
    component = event.component
    if event.action not in ACTIONS:
        return Parsed(ignored=("not a push",))
    if component.format != "docker":
        return Parsed(ignored=("not a container",))
    tag, id_ = without_digest(component.version), delivery.header("X-Nexus-Webhook-Delivery")
    return Parsed((Announcement(component.name, tag, own_name=event.repository_name, id=id_),))


RECEIVER = Receiver(
    "Sonatype Nexus Repository",
    SignedBody("X-Nexus-Webhook-Signature", "sha1"),
    parse,
    RetryBehaviour.ONCE,
    """In the administration: System > Capabilities > Create capability > Webhook: Repository, once for each repository.
    Repository     the Docker repository
    Event Types    component
    URL            $url
    Secret Key     $secret
""",
    own_names=True,
)
