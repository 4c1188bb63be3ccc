"""Quay announces every tag that was pushed; it cannot sign, so the secret stands in the path or in the body template.

https://docs.quay.io/guides/notifications.html#repository-push

Quay switches a hook off after three failed attempts in a row, over all events. So everything that bears the secret and
reads as an object is answered with 2xx: other events, tags outside the grammar, even an unavailable store. Only
a body that is not a push notification is answered 400: a hand-made POST template that lost its shape would
never lead to a check, and Quay's log then shows why.
"""

from pydantic import Field

from bot.errors import MalformedDeliveryError
from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.delivery import WEBHOOK_TAGS_MAX, Delivery, NoSuchHookError, Payload, Receiver, same


class TemplateSecret(Payload):
    """The one key of a custom POST template that proves where it comes from."""

    secret: str = ""


class RepositoryPush(Payload):
    """`{"repository": "ns/app", "docker_url": "quay.io/ns/app", "updated_tags": ["1.0.0"]}`."""

    repository: str = ""
    docker_url: str | None = None
    updated_tags: list[object] | None = Field(default=None)


def verify(delivery: Delivery, secret: str) -> None:
    """The secret in the path or, when the path has none, in the body's `secret`."""
    given = delivery.path_secret
    if not given:
        try:
            given = delivery.read(TemplateSecret).secret
        except MalformedDeliveryError:
            given = ""
    if not same(given, secret):
        raise NoSuchHookError("no such hook")


def parse(delivery: Delivery) -> Parsed:
    """Every tag of `updated_tags`; Quay has many other events, which ask for nothing."""
    push = delivery.read(RepositoryPush)
    if push.docker_url is None or push.updated_tags is None:
        return Parsed(ignored=("not a push",))
    host = push.docker_url.partition("/")[0]
    surplus = len(push.updated_tags) - WEBHOOK_TAGS_MAX
    tags = push.updated_tags[:WEBHOOK_TAGS_MAX]
    return Parsed(
        tuple(Announcement(push.repository, tag if isinstance(tag, str) else "", host=host) for tag in tags),
        (f"more than WEBHOOK_TAGS_MAX = {WEBHOOK_TAGS_MAX} tags",) * max(surplus, 0),
    )


RECEIVER = Receiver(verify, parse, RetryBehaviour.GIVES_UP, in_path=True)
