import pytest

from tests.workflows.looking import build, found, job, mended, places, run

RULE = "workflow-sign-tag"


@pytest.mark.parametrize(
    "name",
    [
        "quay.io/acme/app:1.2.3",
        "quay.io/acme/app",
        "quay.io/acme/app:${{ github.ref_name }}",
        "quay.io/acme/app:$GITHUB_SHA",
    ],
)
def test_a_name_without_a_digest(name: str) -> None:
    assert places(RULE, job(run(f"cosign sign --yes {name}"))) == [(7, "medium")]


@pytest.mark.parametrize(
    "name", ["quay.io/acme/app@sha256:1", "quay.io/acme/app@$DIGEST", "quay.io/acme/app:$TAG", "$IMAGE", "${IMAGES[@]}"]
)
def test_a_digest_or_a_hole_that_may_hold_one(name: str) -> None:
    assert not found(RULE, job(run(f"cosign sign --yes {name}")))


def test_the_digest_of_the_step_that_pushed_that_tag() -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1") + run("cosign sign --yes quay.io/acme/app:1"))
    assert "cosign sign --yes quay.io/acme/app@${{ steps.build.outputs.digest }}\n" in mended(RULE, text)


def test_verify_is_not_sign() -> None:
    assert not found(RULE, job(run("cosign verify quay.io/acme/app:1.2.3")))
