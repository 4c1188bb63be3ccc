"""An image in a fake registry that stands in for quay.io: BuildKit's min provenance, which names its workflow."""

from typing import Any, Final

from bot.oci.reference import Reference
from tests.attestations.predicates import v1
from tests.check.built import PATH
from tests.evidence.building import NAME, TAG, Builder
from tests.fake_registry import FakeRegistry

IMAGE: Final = Reference("quay.io", NAME, TAG)


def workflow_of(image: Reference) -> str:
    """The workflow that built it."""
    return f"""\
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v7
        id: build
        with:
          push: true
          tags: {image}
"""


WORKFLOW: Final = workflow_of(IMAGE)


def push(registry: FakeRegistry, commit: str) -> dict[str, Any]:
    """The image of that commit; the settings by which it is found."""
    build = Builder(registry)
    amd64 = build.platform("linux/amd64")
    github = {
        "github_repository": "acme/app",
        "github_server_url": "https://github.com",
        "github_workflow_ref": f"acme/app/{PATH}@refs/heads/main",
    }
    vcs = {"vcs": {"source": "https://github.com/acme/app.git", "revision": commit}}
    predicate = v1(internal=github, metadata=vcs)
    build.index(amd64, build.attestation(amd64, build.statement(amd64, predicate)))
    host = registry.host
    return {"private_hosts": (host,), "insecure_hosts": (host,), "mirrors": {"quay.io": host}}
