import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.looking import build, fixed, found, job, places, run

RULE = "workflow-sign-tag"


@pytest.mark.parametrize(
    "name",
    [
        "quay.io/acme/app:1.2.3",
        "quay.io/acme/app",
        "quay.io/acme/app:${{ github.ref_name }}",
        "quay.io/acme/app:$GITHUB_REF_NAME",
    ],
)
def test_a_name_without_a_digest(name: str) -> None:
    assert places(RULE, job(run(f"cosign sign --yes {name}"))) == [(7, "medium")]


def test_a_tag_that_no_other_run_moves() -> None:
    for tag in ("$GITHUB_SHA", "sha-${{ github.sha }}", "${{ github.run_id }}"):
        (one,) = found(RULE, job(run(f"cosign sign --yes quay.io/acme/app:{tag}")))
        assert one.doubts == (Doubt.ONE_COMMIT,)


@pytest.mark.parametrize(
    "name", ["quay.io/acme/app@sha256:1", "quay.io/acme/app@$DIGEST", "quay.io/acme/app:$TAG", "$IMAGE", "${IMAGES[@]}"]
)
def test_a_digest_or_a_hole_that_may_hold_one(name: str) -> None:
    assert not found(RULE, job(run(f"cosign sign --yes {name}")))


def test_the_digest_of_the_step_that_pushed_that_tag() -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1") + run("cosign sign --yes quay.io/acme/app:1"))
    assert "cosign sign --yes quay.io/acme/app@${{ steps.build.outputs.digest }}\n" in fixed(RULE, text)


def test_the_output_of_a_step_that_is_called_version_is_no_digest() -> None:
    for output in ("version", "VERSION", "Tag"):
        line = f"cosign sign --yes quay.io/acme/app:${{{{ steps.prep.outputs.{output} }}}}"
        assert len(found(RULE, job(run(line)))) == 1
    assert not found(RULE, job(run("cosign sign --yes quay.io/acme/app:${{ steps.prep.outputs.REF }}")))


def test_verify_is_not_sign() -> None:
    assert not found(RULE, job(run("cosign verify quay.io/acme/app:1.2.3")))


META = "- uses: docker/metadata-action@v5\n  id: meta\n  with: { images: quay.io/acme/app }\n"


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        (("cosign sign --yes ${TAGS}",), 29),
        (("for tag in ${TAGS}; do", "  cosign sign --yes $tag", "done"), 31),
        (('cosign sign --yes "${{ steps.meta.outputs.tags }}"',), 29),
    ],
)
def test_the_tags_of_metadata_action(lines: tuple[str, ...], at: int) -> None:
    text = job(META + run(*lines, env="TAGS: '${{ steps.meta.outputs.tags }}'"))
    assert [one.column for one in found(RULE, text)] == [at]
    assert not found(RULE, text.replace("metadata-action", "other-action"))
    assert not found(RULE, text.replace("outputs.tags", "outputs.json"))


def test_with_their_digest_they_are_fine() -> None:
    loop = ("for tag in ${TAGS}; do", "  cosign sign --yes ${tag}@${D}", "done")
    assert not found(RULE, job(META + run(*loop, env="TAGS: '${{ steps.meta.outputs.tags }}', D: '${{ inputs.d }}'")))


@pytest.mark.parametrize("name", ["${{ env.IMAGE }}:latest", "$REGISTRY/acme/app", "quay.io/acme/${NAME}:v1"])
def test_a_hole_in_front_of_a_tag_holds_no_digest(name: str) -> None:
    assert found(RULE, job(run(f"cosign sign --yes {name}")))


@pytest.mark.parametrize("name", ["quay.io/acme/$NAME", "quay.io/acme/app:${{ env.TAG }}", "$(x a/b)/$(y c/d)"])
def test_a_hole_at_the_end_may(name: str) -> None:
    assert not found(RULE, job(run(f"cosign sign --yes {name}")))


def test_gitlabs_names_hold_none() -> None:
    text = "a:\n  script: [cosign sign --yes $CI_REGISTRY_IMAGE:$CI_COMMIT_TAG]\n"
    assert [(one.line, one.column) for one in found(RULE, text, ".gitlab-ci.yml")] == [(2, 30)]


def test_an_output_whose_name_ends_with_tag_or_version_is_no_digest() -> None:
    for output in ("image_tag", "release-version", "RELEASE_TAG"):
        line = f"cosign sign --yes quay.io/acme/app:${{{{ needs.prep.outputs.{output} }}}}"
        assert len(found(RULE, job(run(line)))) == 1
    for output in ("vintage", "tags", "tag_digest"):
        line = f"cosign sign --yes quay.io/acme/app:${{{{ needs.prep.outputs.{output} }}}}"
        assert not found(RULE, job(run(line)))
