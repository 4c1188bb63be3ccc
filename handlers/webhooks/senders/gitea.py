"""Gitea and Forgejo announce packages of an owner; they sign as GitHub does, and send GitHub's headers, too.

https://docs.gitea.com/usage/webhooks and https://forgejo.org/docs/latest/user/webhooks/

So the kind is chosen by the route and never by a header. In a form they sign the payload, and GitHub the whole form.
"""

from typing import Final

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.delivery import Delivery, Payload, Text, fit, without_digest
from handlers.webhooks.proof import AnyOf, SignedBody
from handlers.webhooks.receiver import Receiver

PRODUCTS: Final = ("Gitea", "Forgejo")
"""Each names its headers after itself; Forgejo sends both."""


class GiteaOwner(Payload):
    """`{"login": "Team"}`; image names are lower-case."""

    login: str


class GiteaPackage(Payload):
    """`{"type": "container", "name": "app", "version": "1.0.0", …}`; a digest as version is a child of an index."""

    type: Text = ""
    name: str
    version: Text = ""
    owner: GiteaOwner


class GiteaEvent(Payload):
    """A package that was created or deleted."""

    action: str
    package: GiteaPackage


def parse(delivery: Delivery) -> Parsed:
    """At most one tag; its digest is not told."""
    if "package" not in {delivery.header(f"X-{product}-Event") for product in PRODUCTS}:
        return Parsed(ignored=("not a package event",))
    event = fit(delivery.parse(), GiteaEvent)
    package = event.package
    if event.action != "created":
        return Parsed(ignored=("not a push",))
    if package.type != "container":
        return Parsed(ignored=("not a container",))
    repository = f"{package.owner.login}/{package.name}".lower()
    return Parsed((Announcement(repository, without_digest(package.version), id=_delivery_id(delivery)),))


def _delivery_id(delivery: Delivery) -> str:
    return next((told for product in PRODUCTS if (told := delivery.header(f"X-{product}-Delivery"))), "")


RECEIVER = Receiver(
    "Gitea and Forgejo",
    AnyOf(
        (
            SignedBody("X-Gitea-Signature", in_forms=True),
            SignedBody("X-Forgejo-Signature", in_forms=True),
            SignedBody("X-Hub-Signature-256", prefix="sha256=", in_forms=True),
        )
    ),
    parse,
    RetryBehaviour.ONCE,
    """In the settings of the organisation or user that owns the images: Webhooks > Add Webhook > Gitea (or Forgejo).
    Target URL           $url
    HTTP Method          POST
    POST Content Type    application/json
    Secret               $secret
    Trigger On           Custom Events > Package
""",
)
