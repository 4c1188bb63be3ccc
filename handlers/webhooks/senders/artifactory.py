"""JFrog Artifactory announces Docker tags that were pushed to its repositories.

https://docs.jfrog.com/administration/docs/event-types

It names its own repository (`repo_key`), and where images of it are pulled from depends on its set-up, so the source's
`repositories` says it. `jpd_origin` is an address that a payload names: it is not used.
"""

from typing import Final

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from handlers.webhooks.delivery import Delivery, Hint, Payload, Text, fit, without_digest
from handlers.webhooks.proof import AnyOf, SecretInHeader, SignedBody
from handlers.webhooks.receiver import Receiver

MANIFESTS: Final = frozenset({"list.manifest.json", "manifest.json"})
"""Files whose sha256 is the digest of an image."""

HEADER: Final = "X-JFrog-Event-Auth"


class ArtifactoryEvent(Payload):
    """Any event."""

    domain: Text = ""
    event_type: Text = ""


class ArtifactoryTag(Payload):
    """`{"repo_key": "docker-local", "path": "team/app/1.0.0/manifest.json", "tag": "1.0.0", "sha256": "…"}`."""

    repo_key: str
    path: str
    name: Hint = ""
    sha256: Hint = ""
    tag: Text = ""


class ArtifactoryPush(Payload):
    """A tag that was pushed."""

    data: ArtifactoryTag


def parse(delivery: Delivery) -> Parsed:
    """At most one tag. The path ends with tag and file."""
    document = delivery.parse()
    event = fit(document, ArtifactoryEvent)
    if (event.domain, event.event_type) != ("docker", "pushed"):
        return Parsed(ignored=("not a push",))
    tag = fit(document, ArtifactoryPush).data
    repository = "/".join(tag.path.split("/")[:-2])
    digest = f"sha256:{tag.sha256}" if tag.name in MANIFESTS else ""
    return Parsed((Announcement(repository, without_digest(tag.tag), digest, own_name=tag.repo_key),))


RECEIVER = Receiver(
    "JFrog Artifactory",
    AnyOf((SignedBody(HEADER), SecretInHeader(HEADER))),
    parse,
    RetryBehaviour.ONCE,
    """In the platform's administration: General > Webhooks > New Webhook.
    URL             $url
    Secret token    $secret
    Use secret for payload signing    on
    Events          Docker > Docker tag was pushed, for your repositories
""",
    own_names=True,
)
