"""Alibaba Cloud Container Registry announces each pushed tag; it cannot sign, so the secret stands in the path.

https://help.aliyun.com/zh/acr/user-guide/manage-triggers

The payload names a region and no registry, so the host is the source's.
"""

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.delivery import Delivery, Hint, Payload, Text, without_digest
from handlers.webhooks.proof import SecretInPath
from handlers.webhooks.receiver import Receiver


class AliyunPushData(Payload):
    """`{"tag": "1.0.0", "digest": "sha256:…"}`."""

    tag: Text = ""
    digest: Hint = ""


class AliyunRepository(Payload):
    """`{"repo_full_name": "team/app", …}`."""

    repo_full_name: str


class AliyunPush(Payload):
    """The one kind of delivery that there is."""

    push_data: AliyunPushData
    repository: AliyunRepository


def parse(delivery: Delivery) -> Parsed:
    """One tag a delivery."""
    push = delivery.read(AliyunPush)
    data = push.push_data
    return Parsed((Announcement(push.repository.repo_full_name, without_digest(data.tag), data.digest),))


RECEIVER = Receiver(
    "Alibaba Cloud Container Registry",
    SecretInPath(),
    parse,
    RetryBehaviour.ONCE,
    """In the console, in each repository: Trigger > Create.
    Trigger URL    $url
    Trigger        All
""",
)
