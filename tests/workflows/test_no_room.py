"""Images that have no room for attestations: what asks for them would break them."""

import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.looking import build, found, job, run

SBOM = "workflow-sbom-not-requested"
TAG = "tags: quay.io/acme/app:1-amd64"


@pytest.mark.parametrize(
    "inputs",
    [
        ("push: true", "outputs: type=docker,dest=/tmp/app.tar"),
        ("push: true", "load: true"),
        ("push: ${{ inputs.push }}", "load: true"),
    ],
)
def test_a_build_that_is_loaded_beside(inputs: tuple[str, ...]) -> None:
    (one,) = found(SBOM, job(build(TAG, *inputs)))
    assert (one.doubts, one.fixable) == ((Doubt.LOADED,), False)


def test_an_image_that_docker_manifest_create_takes() -> None:
    join = "docker manifest create quay.io/acme/app:1 --amend quay.io/acme/app:1-{}"
    (one,) = found(SBOM, job(build("push: true", TAG) + run(join.format("amd64"))))
    assert one.doubts == (Doubt.JOINED,)
    (one,) = found(SBOM, job(build("push: true", TAG) + run(join.format("arm64"))))
    assert one.doubts == ()


def test_an_image_for_lambda() -> None:
    deploy = run("aws lambda update-function-code --function-name app --image-uri $IMAGE")
    two = build("push: true", "provenance: false", TAG)
    for rule in (SBOM, "workflow-provenance-disabled"):
        (one,) = found(rule, job(two + deploy))
        assert (one.doubts, one.fixable) == ((Doubt.LAMBDA,), False)
        (one,) = found(rule, job(two + run("echo lambda")))
        assert (one.doubts, one.fixable) == ((), True)
