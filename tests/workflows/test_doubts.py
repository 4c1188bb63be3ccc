"""What an image is for, by its names, its tags and its Dockerfile; every doubt is said, and lowers."""

from pathlib import Path
from textwrap import dedent

import pytest

from bot.rules import Severity
from bot.workflows.doubts import SAID, Doubt, lowered
from bot.workflows.find import lint_text
from tests.workflows.doubting import CI, MAKEFILE, SBOM, doubts, findings
from tests.workflows.looking import build, job, run


def test_every_doubt_has_words_and_lowers() -> None:
    assert {*SAID} == {*Doubt}
    for doubt in Doubt:
        assert lowered(Severity.CRITICAL, (doubt,)) is Severity.LOW
        assert lowered(Severity.INFO, (doubt,)) is Severity.INFO
    assert lowered(Severity.HIGH, ()) is Severity.HIGH


@pytest.mark.parametrize(
    "tag",
    [
        *("quay.io/acme/app:dev", "quay.io/acme/app:dev-1.2", "quay.io/acme/app:1-debug", "quay.io/acme/app:pr-7"),
        *("quay.io/acme/app-demo:1", "quay.io/acme/devel:1", "quay.io/acme/app:testing-${{ github.sha }}"),
        *("quay.io/acme/app:preview-7", "quay.io/acme/app:branch-a", "quay.io/acme/app:1-feature", "a/app-loadtest:1"),
        *("quay.io/acme/testenv:1", "quay.io/acme/app-testenvironment:1"),
        *("quay.io/acme/app:canary", "quay.io/acme/app:deprecated", "quay.io/acme-testing/app:1"),
        *("quay.io/acmetest/app:1", "quay.io/acmetests/app:1"),
        "quay.io/acme/app:v${{ github.event.pull_request.number }}",
    ],
)
def test_images_for_trying_things_out(tmp_path: Path, tag: str) -> None:
    assert doubts(findings(tmp_path, {CI: job(build("push: true", f"tags: {tag}"))})) == {(Doubt.TRIAL,)}


@pytest.mark.parametrize(
    "tag",
    [
        "quay.io/acme/app-builder:1",
        "quay.io/acme/ci:1",
        "quay.io/acme/app-devkit:1",
        "ghcr.io/acme/continuous-integration-php:1",
        "a/app:1-build",
    ],
)
def test_tools_for_builds(tmp_path: Path, tag: str) -> None:
    assert doubts(findings(tmp_path, {CI: job(build("push: true", f"tags: {tag}"))})) == {(Doubt.TOOLING,)}


def test_a_registry_for_staging(tmp_path: Path) -> None:
    text = job(build("push: true", "tags: gcr.io/k8s-staging-acme/app:1"))
    assert doubts(findings(tmp_path, {CI: text})) == {(Doubt.STAGING,)}


@pytest.mark.parametrize(
    "tag", ["quay.io/acme/app:1", "quay.io/acme/app:latest", "quay.io/acme/app:$TAG", "a/devices:1", "speedtest/app:1"]
)
def test_images_for_use(tmp_path: Path, tag: str) -> None:
    text = job(build("push: true", f"tags: '{tag},quay.io/acme/app:dev'"))
    assert doubts(findings(tmp_path, {CI: text})) == {()}


def test_the_image_for_use_is_told_before_the_one_for_trials(tmp_path: Path) -> None:
    builds = (build("push: true", f"tags: quay.io/acme/app:{tag}") for tag in ("dev", "1"))
    found = findings(tmp_path, {CI: job("".join(builds))})
    assert [one.severity for one in found if one.rule == "workflow-image-never-signed"] == [Severity.MEDIUM]


def test_a_staging_registry_that_a_variable_names(tmp_path: Path) -> None:
    text = "REGISTRY ?= gcr.io/k8s-staging-acme\n" + MAKEFILE.replace("quay.io/acme", "$(REGISTRY)")
    assert doubts(findings(tmp_path, {CI: job(run("make push")), "Makefile": text})) == {(Doubt.STAGING,)}
    other = text.replace("gcr.io/k8s-staging-acme", "gcr.io/acme")
    assert doubts(findings(tmp_path, {CI: job(run("make push")), "Makefile": other})) == {()}


@pytest.mark.parametrize(
    ("head", "steps", "tag"),
    [
        ("env: { TAG: '${{ github.sha }}-ci' }\n", "", "quay.io/acme/app:${{ env.TAG }}"),
        (
            "",
            run("echo tag=pr-$N >> $GITHUB_OUTPUT") + "  id: name\n",
            "quay.io/acme/app:${{ steps.name.outputs.tag }}",
        ),
        ("", run("echo all=a/app-e2e:$N >> $GITHUB_OUTPUT") + "  id: name\n", "${{ steps.name.outputs.all }}"),
        ("", run("echo TAG=feature-$N >> $GITHUB_ENV"), "quay.io/acme/app:${{ env.TAG }}"),
        (
            "",
            "- uses: docker/metadata-action@v6\n  id: meta\n  with: { images: a/app, tags: preview }\n",
            "${{ steps.meta.outputs.tags }}",
        ),
        (
            "",
            "- uses: docker/metadata-action@v6\n  id: meta\n  with: { images: a/app, flavor: suffix=-dev }\n",
            "${{ steps.meta.outputs.tags }}",
        ),
    ],
)
def test_names_that_the_file_fills_in(tmp_path: Path, head: str, steps: str, tag: str) -> None:
    text = head + job(steps + build("push: true", f"tags: {tag}"))
    assert doubts(findings(tmp_path, {CI: text})) == {(Doubt.TRIAL,)}
    for old, new in (
        ("-ci", "-rc"),
        ("pr-", "v"),
        ("-e2e", ""),
        ("feature-", "v"),
        ("preview", "1"),
        ("-dev", "-arm64"),
    ):
        text = text.replace(old, new)
    assert doubts(findings(tmp_path, {CI: text})) == {()}


def test_names_that_callers_give(tmp_path: Path) -> None:
    action = (
        "inputs: { image: { required: true } }\nruns:\n  using: composite\n  steps:\n"
        "    - uses: docker/build-push-action@v7\n      with: { push: true, tags: 'a/${{ inputs.image }}:1' }\n"
    )
    uses = "- uses: ./.github/actions/build\n  with: {{ image: {} }}\n".format
    for images, reasons in ((("app-e2e", "app-mock"), (Doubt.TRIAL,)), (("app-e2e", "app"), ())):
        files = {".github/actions/build/action.yml": action, CI: job("".join(map(uses, images)))}
        assert doubts(findings(tmp_path, files)) == {reasons}


@pytest.mark.parametrize(
    ("input_", "doubt"),
    [("file: docker/builder.Dockerfile", Doubt.TOOLING), ("target: e2e", Doubt.TRIAL), ("file: app.Dockerfile", None)],
)
def test_what_an_image_is_built_from(tmp_path: Path, input_: str, doubt: Doubt | None) -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1", input_))
    assert doubts(findings(tmp_path, {CI: text})) == {(doubt,) if doubt else ()}


def test_tags_that_a_variable_holds_line_by_line() -> None:
    """One of them is for pull requests, and the others are not: people use the image."""
    head = """
        env:
          TAGS: |
            type=raw,value=latest,enable=${{ github.ref_name == 'main' }}
            type=raw,value=${{ github.event.pull_request.base.ref }},enable=${{ github.event_name == 'pull_request' }}
    """
    meta = (
        "- uses: docker/metadata-action@v6\n  id: meta\n  with: { images: quay.io/acme/app, tags: '${{ env.TAGS }}' }\n"
    )
    text = job(meta + build("push: true", "tags: ${{ steps.meta.outputs.tags }}"), head=head)
    assert [one.doubts for one in lint_text(CI, dedent(text)) if one.rule == SBOM] == [()]
