import pytest

from bot.workflows.model import CiFile
from bot.workflows.readers import read_file
from bot.workflows.text import SourceText
from tests.workflows.looking import build, found, job, places, run

RULE = "workflow-image-never-signed"
BUILD = build("push: true", "tags: quay.io/acme/app:1,docker.io/acme/app:1")


def test_pushed_and_never_signed() -> None:
    assert places(RULE, job(BUILD)) == [(6, "medium")]
    assert places(RULE, job(run("docker push quay.io/acme/app:1"))) == [(7, "medium")]


def test_signed_in_one_of_two_registries() -> None:
    (one,) = found(RULE, job(BUILD + run("cosign sign quay.io/acme/app@$D")))
    assert "docker.io/acme/app is pushed here" in one.message


@pytest.mark.parametrize(
    "step",
    [
        run("cosign sign quay.io/acme/app@$D docker.io/acme/app@$D"),
        run("cosign sign $IMAGES"),
        run("./scripts/sign.sh"),
        run("make sign-images"),
        run("cargo run --bin sign-images"),
        run("go run ./cmd/sign"),
        run("docker run --rm gcr.io/projectsigstore/cosign sign x"),
        run("echo $IMAGES | xargs cosign sign"),
        "- uses: acme/sign-images@v1\n",
        "- uses: ./.github/actions/unknown\n",
        "- uses: actions/attest-build-provenance@v2\n  with: { subject-name: '${{ env.I }}' }\n",
    ],
)
def test_signed_or_perhaps_signed(step: str) -> None:
    assert not found(RULE, job(BUILD + step))


@pytest.mark.parametrize(
    "step",
    [
        run("cosign verify quay.io/acme/app:1"),
        "- uses: sigstore/cosign-installer@v3\n",
        run("echo sign"),
        run("cargo clippy --features s3-signer"),
        run("go test ./pkg/sign/..."),
    ],
)
def test_what_does_not_sign(step: str) -> None:
    assert found(RULE, job(BUILD + step))


def test_a_followed_action_signs_or_does_not() -> None:
    def follow(signs: bool) -> CiFile:  # noqa: FBT001 - a test's own words
        command = "cosign sign quay.io/acme/app@$D docker.io/acme/app@$D" if signs else "echo hello"
        text = f"runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: {command}\n"
        return read_file(SourceText("action.yml", text))

    text = job(BUILD + "- uses: ./.github/actions/after\n")
    assert not found(RULE, text, follow=lambda _: follow(signs=True))
    assert found(RULE, text, follow=lambda _: follow(signs=False))


def test_a_reusable_workflow_may_be_signed_by_its_caller() -> None:
    assert not found(RULE, job(BUILD).replace("on: push", "on: workflow_call"))


@pytest.mark.parametrize("name", ["Makefile", "release.sh"])
def test_a_part_of_a_pipeline_is_not_the_whole_story(name: str) -> None:
    assert not found(RULE, "all:\n\tdocker push quay.io/acme/app:1\n", name)


def test_names_with_holes_and_local_registries_are_left_alone() -> None:
    assert not found(RULE, job(build("push: true", "tags: '${{ env.REGISTRY }}/app:1'")))
    assert not found(RULE, job(build("push: true", "tags: localhost:5000/app:1")))


def test_a_gitlab_pipeline() -> None:
    text = "build:\n  script:\n    - docker push quay.io/acme/app:1\n"
    assert places(RULE, text, ".gitlab-ci.yml") == [(3, "medium")]
    assert not found(RULE, "include: other.yml\n" + text, ".gitlab-ci.yml")


def test_what_a_called_workflow_pushes_and_nobody_signs() -> None:
    called = read_file(SourceText("build.yml", job(BUILD).replace("on: push", "on: workflow_call")))
    caller = "on: push\njobs:\n  image:\n    uses: ./.github/workflows/build.yml\n"
    assert places(RULE, caller, follow=lambda _: called) == [(3, "medium")]
    sign = "  sign:\n    needs: image\n    steps:\n      - run: cosign sign $IMAGES\n"
    assert not found(RULE, caller + sign, follow=lambda _: called)


def test_another_tag_for_the_same_digest_needs_no_signature_of_its_own() -> None:
    assert not found(RULE, job(run("docker buildx imagetools create -t quay.io/acme/app:2 quay.io/acme/app:1")))
    merge = "docker buildx imagetools create -t quay.io/acme/app:2 quay.io/acme/app:1-a quay.io/acme/app:1-b"
    assert found(RULE, job(run(merge)))
    assert found(RULE, job(run("docker buildx imagetools create -t quay.io/acme/app:2 $(cat sources)")))


def test_a_chart_that_is_signed_with_gpg_takes_its_signature_along() -> None:
    release = "- uses: helm/chart-releaser-action@v1\n  env:\n    CR_SIGN: true\n"
    push = run("helm push app-1.tgz oci://quay.io/acme/charts")
    assert not found(RULE, job(release + push))
    assert found(RULE, job(release.replace("true", "false") + push))
    (one,) = found(RULE, job(release + push + run("docker push quay.io/acme/app:1")))
    assert one.message.startswith("quay.io/acme/app is")


def test_images_that_the_metadata_action_hands_to_a_bake_file() -> None:
    images = "images: |\n      quay.io/acme/app\n      ${{ env.SLUG }}"
    meta = f"- uses: docker/metadata-action@v6\n  id: meta\n  with:\n    {images}\n"
    files = "files: |\n  docker-bake.hcl\n  cwd://${{ steps.meta.outputs.bake-file }}"
    text = job(meta + build("push: true", *files.splitlines(), uses="docker/bake-action@v7"), "env: { SLUG: acme/app }")
    (one,) = found(RULE, text)
    assert one.message == "docker.io/acme/app and quay.io/acme/app are pushed here, and nothing signs them"
    sign = run("cosign sign --yes quay.io/acme/app@$DIGEST acme/app@$DIGEST")
    assert not found(RULE, text + "".join(f"      {line}\n" for line in sign.splitlines()))
    assert not found(RULE, text.replace("bake-file", "labels"))
    assert not found(RULE, text.replace("push: true", "push: false"))
    assert not found(RULE, text.replace("env: { SLUG: acme/app }", "env: { OTHER: acme/app }"))


def test_tags_take_the_place_of_an_outputs_name() -> None:
    output = "outputs: 'type=image,name=target,annotation-index.a=b'"
    (one,) = found(RULE, job(build("push: true", "tags: quay.io/acme/app:1", output)))
    assert one.message.startswith("quay.io/acme/app is")


def test_an_attestation_of_github_is_found_by_digest_whatever_the_name() -> None:
    step = "- uses: actions/attest@v4\n  with: {{ subject-name: quay.io/acme/app, subject-digest: '{}' }}\n"
    assert not found(RULE, job(BUILD + step.format("${{ steps.build.outputs.digest }}")))
    (one,) = found(RULE, job(BUILD + step.format("${{ steps.other.outputs.digest }}")))
    assert "docker.io/acme/app is pushed here" in one.message


def test_a_chart_is_named_as_one() -> None:
    """What is told is the path before the chart's own name."""
    (one,) = found(RULE, job(run("helm push app-1.tgz oci://quay.io/acme/charts")))
    assert one.message == "a Helm chart in quay.io/acme/charts is pushed here, and nothing signs it"
