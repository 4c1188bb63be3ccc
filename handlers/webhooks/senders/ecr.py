"""AWS ECR through EventBridge: the event as it is, or transformed to a CloudEvent by the rule's input transformer.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html

The host follows from account and region, and must be one of the source's. EventBridge sends again what is not taken.
"""

import re
from typing import Final

from pydantic import Field

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.cloud_event import CloudEvent, read_events
from handlers.webhooks.delivery import Delivery, Hint, Payload, Text, fit, gathered
from handlers.webhooks.proof import SecretInHeader
from handlers.webhooks.receiver import Receiver

PUSHES: Final = frozenset({("ECR Image Action", "PUSH"), ("ECR Replication Action", "REPLICATE")})
"""Type and action of what brings an image into the event's own region and account."""

TRANSFORMED: Final = "com.amazon.ecr."
"""How the type of a transformed event begins."""

_SOURCE: Final = re.compile(r"urn:aws:ecr:([a-z0-9-]{1,40}):([0-9]{12}):.*", re.ASCII | re.DOTALL)


class EcrDetail(Payload):
    """`{"action-type": "PUSH", "result": "SUCCESS", "repository-name": "team/app", "image-tag": "1.0.0", …}`."""

    action_type: Text = Field(default="", alias="action-type")
    result: Text = ""
    repository_name: Text = Field(default="", alias="repository-name")
    image_tag: Text = Field(default="", alias="image-tag")
    image_digest: Hint = Field(default="", alias="image-digest")


class EcrEvent(Payload):
    """EventBridge's own envelope."""

    detail_type: Text = Field(default="", alias="detail-type")
    id: Hint = ""
    account: Text = ""
    region: Text = ""
    detail: EcrDetail = EcrDetail()


class EcrImage(Payload):
    """The data of a transformed event."""

    repository_name: str = Field(alias="repositoryName")
    image_tag: Text = Field(default="", alias="imageTag")
    image_digest: Hint = Field(default="", alias="imageDigest")


def parse(delivery: Delivery) -> Parsed:
    """At most one tag an event."""
    document = delivery.parse()
    if isinstance(document, dict) and "detail-type" in document:
        return gathered([fit(document, EcrEvent)], _plain)
    read = read_events(delivery)
    return gathered(read.events, _transformed, *read.ignored)


def _plain(event: EcrEvent) -> Announcement | str:
    detail = event.detail
    if (event.detail_type, detail.action_type) not in PUSHES or detail.result != "SUCCESS":
        return "not a push"
    return _pushed(event.account, event.region, detail.repository_name, detail.image_tag, detail.image_digest, event.id)


def _transformed(event: CloudEvent) -> Announcement | str:
    if not event.type.startswith(TRANSFORMED):
        return "not a push"
    source = _SOURCE.fullmatch(event.source)
    if source is None:
        return "the source does not name a region and an account"
    image = fit(event.data, EcrImage)
    return _pushed(source[2], source[1], image.repository_name, image.image_tag, image.image_digest, event.key)


def _pushed(  # noqa: PLR0913, PLR0917 - what both forms tell
    account: str, region: str, repository: str, tag: str, digest: str, id_: str
) -> Announcement:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html; China has a domain of its own.

    The other name is that of the endpoint for IPv4 and IPv6:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
    """
    host = f"{account}.dkr.ecr.{region}.amazonaws.com" + (".cn" if region.startswith("cn-") else "")
    return Announcement(repository, tag, digest, host, id_, other_hosts=(f"{account}.dkr-ecr.{region}.on.aws",))


RECEIVER = Receiver(
    "AWS ECR, through EventBridge",
    SecretInHeader("X-Webhook-Secret"),
    parse,
    RetryBehaviour.RETRIES,
    """Make a connection with an API key, an API destination, and a rule. CONNECTION_ARN and DESTINATION_ARN are printed
by the first two commands; ROLE_ARN is a role that EventBridge may assume and that allows events:InvokeApiDestination.
    aws events create-connection --name provenance --authorization-type API_KEY --auth-parameters \\
      'ApiKeyAuthParameters={ApiKeyName=X-Webhook-Secret,ApiKeyValue=$secret}'
    aws events create-api-destination --name provenance --http-method POST \\
      --connection-arn CONNECTION_ARN --invocation-endpoint "$url"
    aws events put-rule --name provenance --event-pattern '{"source": ["aws.ecr"],
      "detail-type": ["ECR Image Action", "ECR Replication Action"],
      "detail": {"action-type": ["PUSH", "REPLICATE"], "result": ["SUCCESS"]}}'
    aws events put-targets --rule provenance --targets Id=provenance,Arn=DESTINATION_ARN,RoleArn=ROLE_ARN
""",
)
