"""Google Artifact Registry through Pub/Sub: a push subscription to the topic `gcr` posts each change.

https://cloud.google.com/artifact-registry/docs/configure-notifications
https://cloud.google.com/pubsub/docs/push

Every delivery has a token that Google signed (google_token.py). Pub/Sub sends again what is not taken.
"""

import base64
import binascii
from typing import Final

from pydantic import Field

from bot.errors import MalformedDeliveryError, MalformedError
from bot.intake.push import Announcement, Parsed, RetryBehaviour
from bot.oci.documents import parse_plain
from handlers.webhooks.delivery import Delivery, Hint, Payload, Text, fit
from handlers.webhooks.google_token import GoogleToken
from handlers.webhooks.receiver import Receiver

PUSHED: Final = "INSERT"


class PubSubMessage(Payload):
    """`{"data": "<base64>", "messageId": "…"}`."""

    data: str
    message_id: Hint = Field(default="", alias="messageId")


class PubSubPush(Payload):
    """`{"message": {…}, "subscription": "projects/…"}`."""

    message: PubSubMessage


class ArtifactChange(Payload):
    """`{"action": "INSERT", "tag": "host/project/repository/app:1.0.0", "digest": "host/…/app@sha256:…"}`."""

    action: str
    tag: Text = ""
    digest: Hint = ""


def parse(delivery: Delivery) -> Parsed:
    """At most one tag; a push by digest has none."""
    document = delivery.parse()
    if isinstance(document, dict) and "message" not in document and "action" in document:  # "payload unwrapping"
        change, id_ = fit(document, ArtifactChange), delivery.header("x-goog-pubsub-message-id")
    else:
        message = fit(document, PubSubPush).message
        change, id_ = fit(_decoded(message.data), ArtifactChange), message.message_id
    if change.action != PUSHED:
        return Parsed(ignored=("not a push",))
    return Parsed((_announced(change, id_),))


def _decoded(data: str) -> object:
    try:
        return parse_plain(base64.b64decode(data, validate=True), what="message.data")
    except (binascii.Error, ValueError):
        raise MalformedDeliveryError("message.data is not base64") from None
    except MalformedError as error:
        raise MalformedDeliveryError(str(error)) from None


def _announced(change: ArtifactChange, id_: str) -> Announcement:
    """A push by digest has no tag. The digest counts only for the image that the tag is of."""
    told, _, digest = change.digest.partition("@")
    name, _, tag = change.tag.rpartition(":") if change.tag else (told, "", "")
    host, _, repository = name.partition("/")
    return Announcement(repository, tag, digest if told == name else "", host, id_)


RECEIVER = Receiver(
    "Google Artifact Registry, through Pub/Sub",
    GoogleToken(),
    parse,
    RetryBehaviour.RETRIES,
    """In the project of the registry. The first command only if the topic does not exist. The service account needs no
role; the Pub/Sub service agent must be allowed to make tokens for it (roles/iam.serviceAccountTokenCreator).
    gcloud pubsub topics create gcr
    gcloud pubsub subscriptions create provenance --topic gcr --ack-deadline 30 \\
      --push-endpoint "$url" \\
      --push-auth-service-account "$account" \\
      --push-auth-token-audience "$audience"
""",
)
