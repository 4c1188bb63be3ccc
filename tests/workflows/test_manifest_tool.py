"""Images that manifest-tool joins: they may be without attestations for its sake, so no fix asks for any."""

import pytest

from tests.workflows.looking import found, job, run

DISABLED = "workflow-provenance-disabled"
BUILD = "docker buildx build --push --provenance=false -t quay.io/acme/app:1-amd64 ."
ARGS = "manifest-tool push from-args --platforms linux/amd64,linux/arm64 --template {}-ARCH --target quay.io/acme/app:1"


@pytest.mark.parametrize(
    ("command", "fixable"),
    [
        ("true", True),
        (ARGS.format("quay.io/acme/app:1"), False),
        (ARGS.format("$IMAGE"), False),
        (ARGS.format("quay.io/acme/other:1"), True),
        ("manifest-tool --debug push from-spec images.yaml", False),
        ("manifest-tool inspect quay.io/acme/app:1", True),
    ],
)
def test_what_it_takes_gets_no_attestations(command: str, *, fixable: bool) -> None:
    (one,) = found(DISABLED, job(run(BUILD, command)))
    assert one.fixable is fixable


def test_the_index_that_it_pushes_is_not_signed() -> None:
    told = [one.message for one in found("workflow-image-never-signed", job(run(ARGS.format("quay.io/acme/app:1"))))]
    assert told == ["quay.io/acme/app is pushed here, and nothing signs it"]
