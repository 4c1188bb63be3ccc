"""Webhook requests of the demo: payloads, signatures and secrets as registries send them."""

import hmac
import json
import secrets
import uuid
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct, field

from bot.oci.manifest import OCI_INDEX
from bot.oci.reference import Reference
from bot.settings_values import WebhookSource
from bot.values import Hiding

HOSTS: Final = {
    "quay": "quay.io",
    "dockerhub": "docker.io",
    "github": "ghcr.io",
    "distribution": "registry.example.com",
}


class WebhookRequest(Hiding, Struct, frozen=True):
    """A POST request to the bot."""

    HIDDEN = frozenset({"path", "body", "headers"})

    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def sources() -> tuple[WebhookSource, ...]:
    """One source of each kind, with new secrets for this run."""
    return tuple(
        WebhookSource.model_validate({"id": kind, "kind": kind, "secret": secrets.token_urlsafe(32), "hosts": (host,)})
        for kind, host in HOSTS.items()
    )


def request(source: WebhookSource, image: Reference, digest: str) -> WebhookRequest:
    """The announcement of that image in the format of the source's kind."""
    secret = source.secret.get_secret_value()
    return _MAKERS[source.kind](f"/webhooks/{source.id}", secret, image, digest)


def _from_quay(path: str, secret: str, image: Reference, _: str) -> WebhookRequest:
    return WebhookRequest(f"{path}/{secret}", _json(_quay(image)), {"User-Agent": "python-requests"})


def _from_hub(path: str, secret: str, image: Reference, _: str) -> WebhookRequest:
    return WebhookRequest(f"{path}/{secret}", _json(_hub(image)))


def _from_github(path: str, secret: str, image: Reference, digest: str) -> WebhookRequest:
    body = _json(_github(image, digest))
    headers = {
        "X-GitHub-Event": "package",
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest(),
    }
    return WebhookRequest(path, body, headers)


def _from_distribution(path: str, secret: str, image: Reference, digest: str) -> WebhookRequest:
    return WebhookRequest(path, _json(_distribution(image, digest)), {"Authorization": f"Bearer {secret}"})


_MAKERS: Final[dict[str, Callable[[str, str, Reference, str], WebhookRequest]]] = {
    "quay": _from_quay,
    "dockerhub": _from_hub,
    "github": _from_github,
    "distribution": _from_distribution,
}


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


def _quay(image: Reference) -> dict[str, Any]:
    namespace, _, name = image.repository.rpartition("/")
    return {
        "repository": image.repository,
        "namespace": namespace,
        "name": name,
        "docker_url": image.name,
        "homepage": f"https://{image.registry}/repository/{image.repository}",
        "updated_tags": [image.tag],
    }


def _hub(image: Reference) -> dict[str, Any]:
    namespace, _, name = image.repository.rpartition("/")
    return {
        "push_data": {"tag": image.tag, "pusher": "demo", "images": []},
        "repository": {"repo_name": image.repository, "namespace": namespace, "name": name},
    }


def _github(image: Reference, digest: str) -> dict[str, Any]:
    owner, _, name = image.repository.partition("/")
    metadata = {"tag": {"name": image.tag, "digest": digest}, "manifest": {"digest": digest, "media_type": OCI_INDEX}}
    version = {"version": digest, "container_metadata": metadata}
    package = {
        "name": name,
        "owner": {"login": owner.capitalize()},
        "package_type": "CONTAINER",
        "ecosystem": "CONTAINER",
        "package_version": version,
    }
    return {"action": "published", "package": package}


def _distribution(image: Reference, digest: str) -> dict[str, Any]:
    target = {"mediaType": OCI_INDEX, "repository": image.repository, "tag": image.tag, "digest": digest}
    event = {"id": str(uuid.uuid4()), "action": "push", "target": target, "request": {"host": image.registry}}
    return {"events": [event]}
