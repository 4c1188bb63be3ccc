"""Images that were nowhere but on this machine, and that crane or skopeo pushes."""

import pytest

from tests.workflows.looking import found, job, run

SIGNED, BUILDER = "workflow-image-never-signed", "workflow-other-builder"
PUSHES = [
    "crane push app.tar quay.io/acme/app:1",
    "crane push --insecure app.tar quay.io/acme/app:1",
    "skopeo copy docker-archive:app.tar docker://quay.io/acme/app:1",
    "skopeo --insecure-policy copy oci:app docker://quay.io/acme/app:1",
    "skopeo copy containers-storage:app docker://quay.io/acme/app:1",
]


@pytest.mark.parametrize("command", PUSHES)
def test_nothing_signs_it(command: str) -> None:
    (one,) = found(SIGNED, job(run(command)))
    assert one.message == "quay.io/acme/app is pushed here, and nothing signs it"
    assert not found(SIGNED, job(run(command, "cosign sign --yes quay.io/acme/app@$DIGEST")))


@pytest.mark.parametrize("command", PUSHES)
def test_what_buildah_built_is_published(command: str) -> None:
    assert found(BUILDER, job(run("buildah bud -t app .", command)))


@pytest.mark.parametrize(
    "command",
    [
        "crane push app.tar localhost:5000/acme/app:1",
        "crane push app.tar",
        "crane push app.tar $IMAGE",
        "crane pull quay.io/acme/app:1 app.tar",
        "skopeo copy docker-archive:app.tar docker://localhost:5000/acme/app:1",
        "skopeo copy --all docker://quay.io/acme/app:1 docker://ghcr.io/acme/app:1",
        "skopeo copy docker://quay.io/acme/app:1 oci:app",
    ],
)
def test_what_is_no_push_of_something_new(command: str) -> None:
    assert not found(SIGNED, job(run(command)))
    assert not found(BUILDER, job(run("buildah bud -t app .", command)))
