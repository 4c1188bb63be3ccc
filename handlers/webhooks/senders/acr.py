"""Azure Container Registry announces pushes, one a delivery; its operator adds a header of their own.

https://learn.microsoft.com/azure/container-registry/container-registry-webhook-reference
"""

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.delivery import Delivery, Payload, Text, fit, without_digest
from handlers.webhooks.proof import SecretInHeader
from handlers.webhooks.receiver import Receiver


class AcrTarget(Payload):
    """`{"repository": "team/app", "tag": "1.0.0", "digest": "sha256:…"}`; without a tag for a push by digest."""

    repository: str
    tag: Text = ""
    digest: Text = ""


class AcrRequest(Payload):
    """`{"host": "myregistry.azurecr.io"}`."""

    host: Text = ""


class AcrEvent(Payload):
    """Any event; a ping has neither target nor request."""

    action: str
    id: Text = ""


class AcrPush(Payload):
    """A push."""

    target: AcrTarget
    request: AcrRequest = AcrRequest()


def parse(delivery: Delivery) -> Parsed:
    """At most one tag."""
    document = delivery.parse()
    event = fit(document, AcrEvent)
    if event.action == "ping":
        return Parsed(ping=True)
    if event.action != "push":
        return Parsed(ignored=("not a push",))
    push = fit(document, AcrPush)
    target = push.target
    return Parsed(
        (Announcement(target.repository, without_digest(target.tag), target.digest, push.request.host, event.id),)
    )


RECEIVER = Receiver(
    "Azure Container Registry",
    SecretInHeader("Authorization"),
    parse,
    RetryBehaviour.ONCE,
    """In the portal: Webhooks > Add, action "push", custom header "Authorization: Bearer $secret". Or with its command,
where REGISTRY is the registry's name:
    az acr webhook create --registry REGISTRY --name provenance --actions push \\
      --uri "$url" --headers "Authorization=Bearer $secret"
""",
)
