"""What a job is for, by its names, its branches and its runner."""

from pathlib import Path

import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.doubting import BUILDX, CI, NOT_EXPLICIT, doubts, findings
from tests.workflows.looking import build, job, run


@pytest.mark.parametrize(
    ("workflow", "name", "is_trial"),
    [
        ("test.yaml", "image", True),
        ("call-integration-image-build.yaml", "image", True),
        ("ci.yml", "e2e-test", True),
        ("deploy-development.yml", "image", True),
        ("test-build.yml", "image", True),
        ("app-benchmark.yml", "image", True),
        ("test-and-build.yml", "image", False),
        ("build-and-test.yml", "image", False),
        ("continuous-integration.yml", "image", False),
        ("latest.yml", "attest", False),
        ("branch-deploy.yml", "image", True),
        ("docker-main-branch.yml", "image", False),
        ("docker-build-check.yml", "image", True),
        ("main.yml", "check", False),
        ("image-tests.yml", "image", True),
        ("pr-preview.yml", "image", True),
    ],
)
def test_workflows_and_jobs_for_tests(tmp_path: Path, workflow: str, name: str, *, is_trial: bool) -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1")).replace("  image:", f"  {name}:")
    found = findings(tmp_path, {f".github/workflows/{workflow}": text})
    assert doubts(found) == {(Doubt.TRIAL,) if is_trial else ()}


def test_the_names_that_people_read(tmp_path: Path) -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1"))
    for titled in (
        "name: 'Infra: feature testing'\n" + text,
        text.replace("  image:", "  image:\n    name: PR preview"),
    ):
        assert doubts(findings(tmp_path, {CI: titled})) == {(Doubt.TRIAL,)}
    filled_in = text.replace("  image:", "  image:\n    name: the ${{ inputs.branch }} branch")
    assert doubts(findings(tmp_path, {CI: filled_in})) == {()}


@pytest.mark.parametrize(
    ("on", "is_trial"),
    [
        ("{ push: { branches: [feat/v2.9] }, workflow_dispatch: {} }", True),
        ("{ push: { branches: [develop, 'feature/**'] } }", True),
        ("{ push: { branches: [develop, main] } }", False),
        ("{ push: { branches: [develop], tags: ['v*'] } }", False),
        ("{ push: { branches: [develop] }, release: {} }", False),
    ],
)
def test_branches_whose_changes_are_not_released(tmp_path: Path, on: str, *, is_trial: bool) -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1")).replace("on: push", f"on: {on}")
    assert doubts(findings(tmp_path, {CI: text})) == {(Doubt.TRIAL,) if is_trial else ()}


def test_a_step_for_other_branches_beside_one_for_the_main_branch(tmp_path: Path) -> None:
    def step(condition: str) -> str:
        return build("push: true", "tags: quay.io/acme/app:1").replace("  id: build", f"  if: {condition}")

    pair = step("github.ref != 'refs/heads/main'") + step("github.ref == 'refs/heads/main'")
    assert doubts(findings(tmp_path, {CI: job(pair)})) == {(Doubt.OFF_MAIN,), ()}
    alone = step("github.ref != 'refs/heads/main'")
    assert doubts(findings(tmp_path, {CI: job(alone)})) == {()}
    tags = step("${{ !startsWith(github.ref, 'refs/tags/') }}") + step("startsWith(github.ref, 'refs/tags/')")
    assert doubts(findings(tmp_path, {CI: job(tags)})) == {()}


@pytest.mark.parametrize(
    ("runner", "is_known"),
    [("ubuntu-latest", True), ("ubuntu-24.04-8core", True), ("[self-hosted, linux]", False), ("acme-arm64", False)],
)
def test_a_runner_whose_buildx_nobody_knows(tmp_path: Path, runner: str, *, is_known: bool) -> None:
    text = job(run(BUILDX.format("quay.io/acme/app:1"))).replace("ubuntu-latest", runner)
    found = findings(tmp_path, {CI: text})
    assert [one.doubts for one in found if one.rule == NOT_EXPLICIT] == [() if is_known else (Doubt.RUNNER,)]
    assert [one.doubts for one in found if one.rule == "workflow-sbom-not-requested"] == [()]
