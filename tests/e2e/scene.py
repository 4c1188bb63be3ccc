"""An image that fails in many ways, with its workflow at GitHub: every button stands under its release."""

import json
from typing import Final

from bot.oci.reference import Reference
from tests.attestations.predicates import v1
from tests.check.built import PATH
from tests.check.registry import workflow_of
from tests.e2e.local_slack import ALICE
from tests.evidence.building import NAME, TAG, Builder
from tests.fake_github import FakeGitHub
from tests.fake_registry import FakeRegistry
from tests.town import HOOK_SECRET

HOST: Final = "quay.io"
"""The registry stands in for it: a workflow pushes to a name."""

ALONE: Final = "image-revision-mismatch"
"""The one of them whose fix is a reply of its own."""

REQUIRED: Final = (
    "sbom-missing",
    "provenance-mode-min",
    "provenance-secret-exposed",
    "provenance-builder-unknown",
    "signature-missing",
    ALONE,
)
"""Failures that no one change fixes: there are more fixes than replies."""


def policy() -> str:
    """Alice may do everything."""
    return f"""\
images:
  - match: '{HOST}/team/*'
    require: [{", ".join(REQUIRED)}]
    sources: ['https://github\\.com/acme/']
    owners: [{ALICE}]
    may_waive: [{ALICE}]
    may_fix: [{ALICE}]
"""


def environment(host: str) -> dict[str, str]:
    """So that the bot finds the image at `host`, and is told of it."""
    source = {"id": "own", "kind": "distribution", "secret": HOOK_SECRET, "hosts": [HOST]}
    return {
        "PROVENANCE_WEBHOOKS": json.dumps([source]),
        "PROVENANCE_WATCH": json.dumps([f"{HOST}/team/*"]),
        "PROVENANCE_MIRRORS": json.dumps({HOST: host}),
    }


def built(registry: FakeRegistry, github: FakeGitHub, *, secret: str = "") -> tuple[Reference, str]:
    """Push the image; its name and digest. A `secret` is one of its build arguments."""
    image = Reference(HOST, NAME, TAG)
    known = github.repositories.get("acme/app") or github.repository("acme/app", {PATH: workflow_of(image)})
    build = Builder(registry)
    labels = {"Labels": {"org.opencontainers.image.revision": "f" * 40}}
    amd64 = build.platform("linux/amd64", config=build.config(config=labels))
    named = {
        "github_repository": "acme/app",
        "github_server_url": "https://github.com",
        "github_workflow_ref": f"acme/app/{PATH}@refs/heads/main",
    }
    vcs = {"vcs": {"source": "https://github.com/acme/app.git", "revision": known.branches["main"]}}
    arguments = {"args": {"build-arg:NPM_TOKEN": secret}} if secret else {}
    predicate = v1(request=arguments, internal=named, metadata=vcs)
    build.index(amd64, build.attestation(amd64, build.statement(amd64, predicate)))
    return image, registry.repository(NAME).tags[TAG]
