"""GitHub announces packages: `package` from hooks of organisations and repositories, `registry_package` from Apps.

https://docs.github.com/webhooks/webhook-events-and-payloads#package

It signs the raw body, and sends one event for every manifest: those of platforms and attestations have no tag. When
several tags are pushed, an event may name only one of them, so the repository is polled after each push.
Payloads carry presigned addresses, so they are never logged. A failed delivery is never sent again.
"""

from typing import Annotated, Final

from pydantic import AliasChoices, BeforeValidator, Field

from bot.intake.push import Announcement, Parsed, RetryBehaviour
from bot.oci.reference import is_digest
from handlers.webhooks.delivery import Delivery, Hint, Payload
from handlers.webhooks.proof import SignedBody
from handlers.webhooks.receiver import Receiver

EVENTS: Final = frozenset({"package", "registry_package"})
ACTIONS: Final = frozenset({"published", "updated"})
CONTAINERS: Final = frozenset({"container", "docker"})


def _object_or_none(value: object) -> object:
    return value if isinstance(value, dict) else None


class Tag(Payload):
    """`{"name": "1.0.0", "digest": "sha256:…"}`; the name is "" for children of an index."""

    name: str | None = None
    digest: Hint = ""


class ManifestDigest(Payload):
    """`{"digest": "sha256:…", …}`."""

    digest: Hint = ""


class ContainerMetadata(Payload):
    """What only container packages have; older events lack it."""

    tag: Tag | None = None
    manifest: Annotated[ManifestDigest | None, BeforeValidator(_object_or_none)] = None


class Version(Payload):
    """The pushed version: `version` is its digest or, in the shape of 2019, its tag."""

    version: Hint = ""
    container_metadata: ContainerMetadata | None = None


class Owner(Payload):
    """`{"login": "Octo-Org"}`; image names are lower-case."""

    login: str


class PackageType(Payload):
    """`{"type": "CONTAINER"}`."""

    type: str | None = None


class GitHubPackage(Payload):
    """A package; its kind stands in any of three places, which may disagree."""

    name: str
    owner: Owner
    package_type: str | None = None
    ecosystem: str | None = None
    registry: PackageType | None = None
    package_version: Version | None = None


class PackageEvent(Payload):
    """Both events; only the key of the package differs."""

    action: str
    package: GitHubPackage = Field(validation_alias=AliasChoices("package", "registry_package"))


def parse(delivery: Delivery) -> Parsed:
    """At most one tag a delivery."""
    name = delivery.header("X-GitHub-Event")
    if name == "ping":
        return Parsed(ping=True)
    if name not in EVENTS:
        return Parsed(ignored=("not a package event",))
    event = delivery.read(PackageEvent)
    if event.action not in ACTIONS:
        return Parsed(ignored=("not a push",))
    if not _is_container(event.package) or event.package.package_version is None:
        return Parsed(ignored=("not a container",))
    delivery_id = delivery.header("X-GitHub-Delivery")
    return Parsed((_announced(event.package, event.package.package_version, delivery_id),), is_partial=True)


def _is_container(package: GitHubPackage) -> bool:
    kinds = (package.package_type, package.ecosystem, package.registry and package.registry.type)
    return any(kind.lower() in CONTAINERS for kind in kinds if kind)


def _announced(package: GitHubPackage, version: Version, id_: str) -> Announcement:
    repository = f"{package.owner.login}/{package.name}".lower()
    metadata = version.container_metadata
    if metadata is None:  # the shape of 2019
        tag = "" if is_digest(version.version) else version.version
        return Announcement(repository, tag, id=id_)
    claims = (metadata.tag and metadata.tag.digest, metadata.manifest and metadata.manifest.digest, version.version)
    digest = next((claim for claim in claims if claim and is_digest(claim)), "")
    return Announcement(repository, (metadata.tag and metadata.tag.name) or "", digest, id=id_)


RECEIVER = Receiver(
    "GitHub Packages",
    SignedBody("X-Hub-Signature-256", prefix="sha256="),
    parse,
    RetryBehaviour.ONCE,
    """In the organisation's settings: Webhooks > Add webhook. (A GitHub App sends "Registry packages" instead.)
    Payload URL     $url
    Content type    application/json
    Secret          $secret
    Events          Let me select individual events > Packages
""",
)
