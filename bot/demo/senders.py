"""Webhook requests as registries send them, made for the demo: their shapes, their signatures, their secrets."""

import hmac
import json
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from bot.oci.manifest import OCI_INDEX
from bot.oci.reference import Reference
from bot.settings import SourceKind, WebhookSource

HOSTS: Final[dict[SourceKind, str]] = {
    "quay": "quay.io",
    "dockerhub": "docker.io",
    "github": "ghcr.io",
    "distribution": "registry.example.com",
}


@dataclass(frozen=True, slots=True)
class Request:
    """A POST to our own door."""

    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def sources() -> tuple[WebhookSource, ...]:
    """One source of each kind, with secrets of this run alone."""
    return tuple(
        WebhookSource.model_validate({"id": kind, "kind": kind, "secret": secrets.token_urlsafe(32), "hosts": (host,)})
        for kind, host in HOSTS.items()
    )


def request(source: WebhookSource, image: Reference, digest: str) -> Request:
    """The announcement of that image, as the source's kind makes it."""
    secret = source.secret.get_secret_value()
    match source.kind:
        case "quay":
            return Request(f"/webhooks/{source.id}/{secret}", _json(_quay(image)), {"User-Agent": "python-requests"})
        case "dockerhub":
            return Request(f"/webhooks/{source.id}/{secret}", _json(_hub(image)))
        case "github":
            body = _json(_github(image, digest))
            signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
            headers = {
                "X-GitHub-Event": "package",
                "X-GitHub-Delivery": str(uuid.uuid4()),
                "X-Hub-Signature-256": f"sha256={signature}",
            }
            return Request(f"/webhooks/{source.id}", body, headers)
        case "distribution":
            body = _json(_distribution(image, digest))
            return Request(f"/webhooks/{source.id}", body, {"Authorization": f"Bearer {secret}"})


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
