"""Images that have no room for attestations: what asks for them would break them."""

import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.looking import build, found, job, run

SBOM = "workflow-sbom-not-requested"
DISABLED = "workflow-provenance-disabled"
UNSIGNED = "workflow-image-never-signed"
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


TWO_BY_DIGEST = (
    "outputs: |",
    "  type=image,name=quay.io/acme/app,push-by-digest=true,push=true",
    "  type=image,name=ghcr.io/acme/app,push-by-digest=true,push=true",
)


def test_an_image_that_several_outputs_push_by_digest() -> None:
    """The attestations of each output name its own image: one digest for all of them is not to be had with them."""
    for rule in (SBOM, DISABLED):
        (one,) = found(rule, job(build("provenance: false", *TWO_BY_DIGEST)))
        assert (one.doubts, one.fixable) == ((Doubt.APART,), False)
    (one,) = found(UNSIGNED, job(build("provenance: false", *TWO_BY_DIGEST)))
    assert one.doubts == ()


@pytest.mark.parametrize(
    "inputs",
    [
        TWO_BY_DIGEST,  # with the default, there are attestations already
        ("provenance: false", "sbom: true", *TWO_BY_DIGEST),
        ("provenance: false", *TWO_BY_DIGEST[:2]),
        (
            "provenance: false",
            'outputs: type=image,"name=quay.io/acme/app,ghcr.io/acme/app",push-by-digest=true,push=true',
        ),
        ("provenance: false", *(line.replace("push-by-digest=true,", "") for line in TWO_BY_DIGEST)),
    ],
)
def test_an_image_with_the_same_digest_everywhere_or_nowhere(inputs: tuple[str, ...]) -> None:
    every = [one for rule in (SBOM, DISABLED) for one in found(rule, job(build(*inputs)))]
    assert every
    assert all(Doubt.APART not in one.doubts and one.fixable for one in every)


def test_a_script_that_pushes_by_digest_twice() -> None:
    outputs = "--output type=image,name=quay.io/acme/{},push-by-digest=true,push=true"
    script = f"docker buildx build --provenance=false {outputs.format('app')} {outputs.format('copy')} ."
    (one,) = found(DISABLED, job(run(script)))
    assert (one.doubts, one.fixable) == ((Doubt.APART,), False)


@pytest.mark.parametrize(
    "inputs",
    [
        ("tags: quay.io/acme/app-lambda:1",),
        (TAG, "file: apps/lambda-migrate/Dockerfile"),
        (TAG, "file: Dockerfile.lambda"),
        (TAG, "target: lambda"),
    ],
)
def test_an_image_that_is_named_for_lambda(inputs: tuple[str, ...]) -> None:
    for rule in (SBOM, DISABLED):
        (one,) = found(rule, job(build("push: true", "provenance: false", *inputs)))
        assert (one.doubts, one.fixable) == ((Doubt.NAMED_LAMBDA,), False)


PIPELINE = """
.push:
  image: docker:29-cli
  services: [docker:29-dind]
  script:
    - docker buildx create --use --driver docker-container
    - docker buildx build --file "$DOCKERFILE" --tag "$REPOSITORY:1" --provenance=false --push .
push-app:
  extends: .push
  variables: { DOCKERFILE: apps/web/Dockerfile }
push-other:
  extends: .push
  variables: { DOCKERFILE: FILE }
"""


@pytest.mark.parametrize("file", ["apps/lambda-alarm/Dockerfile", "Dockerfile.lambda", "images/lambda.Dockerfile"])
def test_a_dockerfile_that_a_job_fills_in_and_that_is_for_lambda(file: str) -> None:
    (one,) = found(DISABLED, PIPELINE.replace("FILE", file), ".gitlab-ci.yml")
    assert (one.doubts, one.fixable) == ((Doubt.NAMED_LAMBDA,), False)


def test_other_words_about_lambda() -> None:
    text = PIPELINE.replace("FILE", "apps/lambdas/Dockerfile") + "# the lambda is built elsewhere\n"
    (one,) = found(DISABLED, text, ".gitlab-ci.yml")
    assert (one.doubts, one.fixable) == ((), True)


@pytest.mark.parametrize(
    ("runner", "fixable"),
    [
        ("ubuntu-latest", True),
        ("${{ inputs.arm && 'ubuntu-24.04-arm' || 'ubuntu-24.04' }}", True),
        ("self-hosted", False),
    ],
)
def test_a_build_that_is_loaded_where_it_is_not_pushed(runner: str, *, fixable: bool) -> None:
    """Only the containerd store takes an image with attestations: an unknown runner may have the classic one."""
    inputs = ("push: ${{ inputs.push }}", "load: ${{ !inputs.push }}", "provenance: false", TAG)
    text = job(build(*inputs)).replace("ubuntu-latest", runner)
    assert [one.fixable for rule in (SBOM, DISABLED) for one in found(rule, text)] == [fixable, fixable]
