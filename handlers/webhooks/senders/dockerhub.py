"""Docker Hub announces each pushed tag; it cannot sign, so the secret stands in the path.

https://docs.docker.com/docker-hub/repos/manage/webhooks/

The payload's `callback_url` is dead and never called: we dial nothing that a payload names.
"""

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.delivery import Delivery, Payload
from handlers.webhooks.proof import SecretInPath
from handlers.webhooks.receiver import Receiver


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


def parse(delivery: Delivery) -> Parsed:
    """One tag a delivery; the digest is not told."""
    push = delivery.read(HubPush)
    return Parsed((Announcement(push.repository.repo_name, push.push_data.tag or ""),))


RECEIVER = Receiver(
    "Docker Hub",
    SecretInPath(),
    parse,
    RetryBehaviour.ONCE,
    """In each repository: Webhooks.
    Webhook name    provenance
    Webhook URL     $url
""",
)
