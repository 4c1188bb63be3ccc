import pytest

from tests.workflows.looking import found, job, places, run

RULE = "workflow-cosign-format"
SIGN = run("cosign sign --yes quay.io/acme/app@$DIGEST")


def installed(ref: str, release: str = "") -> str:
    more = f"  with: {{ cosign-release: '{release}' }}\n" if release else ""
    return f"- uses: sigstore/cosign-installer@{ref}\n{more}"


@pytest.mark.parametrize("ref", ["v4", "v4.0.0", f"{'c' * 40} # v4.1.2"])
def test_cosign_3_without_a_word_about_the_layout(ref: str) -> None:
    assert places(RULE, job(installed(ref) + SIGN)) == [(8, "info")]


def test_the_release_that_is_named_counts() -> None:
    assert found(RULE, job(installed("v3.7.0", "v3.0.2") + SIGN))
    assert not found(RULE, job(installed("v4", "v2.6.0") + SIGN))
    assert not found(RULE, job(installed("v4", "${{ inputs.cosign }}") + SIGN))


@pytest.mark.parametrize("ref", ["v3", "v3.10.0", "main", "c" * 40])
def test_cosign_2_or_unknown(ref: str) -> None:
    assert not found(RULE, job(installed(ref) + SIGN))


def test_the_layout_is_said() -> None:
    for said in ("--new-bundle-format=false", "--new-bundle-format", "--new-bundle-format=$BUNDLE"):
        assert not found(RULE, job(installed("v4") + run(f"cosign sign {said} quay.io/acme/app@$DIGEST")))


def test_without_an_installer_nothing_is_known() -> None:
    assert not found(RULE, job(SIGN))


@pytest.mark.parametrize(
    ("image", "count"),
    [
        ("ghcr.io/sigstore/cosign/cosign:v3.0.2", 1),
        ("gcr.io/projectsigstore/cosign:v2.4.1", 0),
        ("quay.io/acme/build:v3", 0),
        ("bitnami/cosign:latest", 0),
    ],
)
def test_the_image_that_a_job_runs_in(image: str, count: int) -> None:
    gitlab = f"sign:\n  image: {{ name: '{image}', entrypoint: [''] }}\n  script: [cosign sign --yes a/b@$D]\n"
    assert len(found(RULE, gitlab, ".gitlab-ci.yml")) == count
    github = job(SIGN).replace("    steps:", f"    container: {image}\n    steps:")
    assert len(found(RULE, github)) == count
