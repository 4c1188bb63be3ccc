"""Docker Hub announces each pushed tag; it cannot sign, so the secret stands in the path.

https://docs.docker.com/docker-hub/repos/manage/webhooks/

The payload's `callback_url` is dead and never called: we dial nothing that a payload names.
"""

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.delivery import Delivery, NoSuchHookError, Payload, Receiver, same


class PushData(Payload):
    """`{"tag": "latest", "pusher": "…", "pushed_at": 1417566161}`."""

    tag: str | None = None


class HubRepository(Payload):
    """`{"repo_name": "ns/app", …}`."""

    repo_name: str


class HubPush(Payload):
    """The one kind of delivery that there is."""

    push_data: PushData
    repository: HubRepository


def verify(delivery: Delivery, secret: str) -> None:
    """The secret in the path."""
    if not same(delivery.path_secret, secret):
        raise NoSuchHookError("no such hook")


def parse(delivery: Delivery) -> Parsed:
    """One tag a delivery; the digest is not told."""
    push = delivery.read(HubPush)
    return Parsed((Announcement(push.repository.repo_name, push.push_data.tag or ""),))


RECEIVER = Receiver(verify, parse, RetryBehaviour.ONCE, in_path=True)
