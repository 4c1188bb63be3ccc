"""Azure Container Registry announces pushes, one a delivery; its operator adds a header of their own.

https://learn.microsoft.com/azure/container-registry/container-registry-webhook-reference
https://learn.microsoft.com/azure/event-grid/event-schema-container-registry

Azure Event Grid sends the same events in an envelope of its own, several in a list, or as CloudEvents. Before the first
one it wants a code said back, or it asks with OPTIONS (Door.permit).
"""

from typing import Final

from pydantic import Field

from bot.errors import MalformedDeliveryError
from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.cloud_event import CloudEvent
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

VALIDATION: Final = "Microsoft.EventGrid.SubscriptionValidationEvent"


class AcrTarget(Payload):
    """`{"repository": "team/app", "tag": "1.0.0", "digest": "sha256:…"}`; without a tag for a push by digest."""

    repository: str
    tag: Text = ""
    digest: Hint = ""


class AcrRequest(Payload):
    """`{"host": "myregistry.azurecr.io"}`."""

    host: Text = ""


class AcrEvent(Payload):
    """Any event; a ping has neither target nor request."""

    action: str
    id: Hint = ""


class AcrPush(Payload):
    """A push."""

    target: AcrTarget
    request: AcrRequest = AcrRequest()


class GridEvent(Payload):
    """`{"eventType": "Microsoft.ContainerRegistry.ImagePushed", "data": {…}}`."""

    event_type: Text = Field(default="", alias="eventType")
    data: object = None


class ValidationData(Payload):
    """`{"validationCode": "…"}`; its `validationUrl` is never called."""

    validation_code: str = Field(alias="validationCode", max_length=200)


def parse(delivery: Delivery) -> Parsed:
    """At most one tag an event."""
    document = delivery.parse()
    if isinstance(document, list):
        return _of_event_grid(document)
    if isinstance(document, dict) and "specversion" in document:
        return gathered([fit(document, CloudEvent).data], _announced)
    if fit(document, AcrEvent).action == "ping":
        return Parsed(ping=True)
    return gathered([document], _announced)


def _of_event_grid(documents: list[object]) -> Parsed:
    if not documents:
        raise MalformedDeliveryError("the body is not an event, but an empty list")
    if len(documents) == 1 and (event := fit(documents[0], GridEvent)).event_type == VALIDATION:
        code = fit(event.data, ValidationData).validation_code
        return Parsed(ping=True, answer={"validationResponse": code})
    return gathered(
        documents[:WEBHOOK_EVENTS_MAX],
        lambda document: _announced(fit(document, GridEvent).data),
        *surplus(len(documents), WEBHOOK_EVENTS_MAX, "WEBHOOK_EVENTS_MAX", "events"),
    )


def _announced(document: object) -> Announcement | str:
    event = fit(document, AcrEvent)
    if event.action != "push":
        return "not a push"
    push = fit(document, AcrPush)
    target = push.target
    return Announcement(target.repository, without_digest(target.tag), target.digest, push.request.host, event.id)


RECEIVER = Receiver(
    "Azure Container Registry",
    SecretInHeader("Authorization"),
    parse,
    RetryBehaviour.ONCE,
    """In the portal: Webhooks > Add, action "push", custom header "Authorization: Bearer $secret". Or with its command,
where REGISTRY is the registry's name:
    az acr webhook create --registry REGISTRY --name provenance --actions push \\
      --uri "$url" --headers "Authorization=Bearer $secret"
With Azure Event Grid: an event subscription of the registry to "Image pushed", endpoint type Web Hook, the URL above,
event schema "Cloud Event Schema v1.0", and the delivery property Authorization, static and secret, "Bearer $secret".
""",
    asks_first=True,
)
