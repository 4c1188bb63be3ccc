"""Quay announces every tag that was pushed; it cannot sign, so the secret stands in the path or in the body template.

https://docs.quay.io/guides/notifications.html#repository-push

Quay switches a hook off after three failed attempts in a row, over all events. So everything that holds the secret is
answered with 2xx: other events, bodies that do not read, even while the store is unavailable.
"""

from pydantic import Field

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.delivery import WEBHOOK_TAGS_MAX, Delivery, Payload, surplus
from handlers.webhooks.proof import SecretInPath
from handlers.webhooks.receiver import Receiver


class RepositoryPush(Payload):
    """`{"repository": "ns/app", "docker_url": "quay.io/ns/app", "updated_tags": ["1.0.0"]}`."""

    repository: str = ""
    docker_url: str | None = None
    updated_tags: list[object] | None = Field(default=None)


def parse(delivery: Delivery) -> Parsed:
    """Every tag of `updated_tags`; Quay has many other events, which ask for nothing."""
    push = delivery.read(RepositoryPush)
    if push.docker_url is None or push.updated_tags is None:
        return Parsed(ignored=("not a push",))
    host = push.docker_url.partition("/")[0]
    tags = [tag if isinstance(tag, str) else "" for tag in push.updated_tags]
    return Parsed(
        tuple(Announcement(push.repository, tag, host=host) for tag in tags[:WEBHOOK_TAGS_MAX]),
        surplus(len(tags), WEBHOOK_TAGS_MAX, "WEBHOOK_TAGS_MAX", "tags"),
    )


RECEIVER = Receiver(
    "Quay",
    SecretInPath(in_body=True),
    parse,
    RetryBehaviour.GIVES_UP,
    """In each repository: Settings > Events and Notifications > Create Notification.
    When this event occurs             Push to Repository
    Then issue this notification       Webhook POST
    Webhook URL                        $url
""",
)
