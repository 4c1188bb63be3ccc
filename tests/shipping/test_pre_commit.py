"""The hook for pre-commit: when it runs, and that it says what CI says."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.workflows.places import is_ci_file, is_other_pipeline, is_tasks, is_unread, may_be_script
from tests.conftest import ROOT
from tests.shipping.steps import load
from tests.shipping.wheels import run

PROGRAMS = Path(sys.executable).parent


def hook() -> Any:  # noqa: ANN401 - YAML
    (found,) = load(".pre-commit-hooks.yaml")
    return found


@pytest.mark.parametrize(
    "path",
    [
        *(
            ".github/workflows/a.yml",
            "x/.gitlab-ci.yml",
            ".gitlab/ci/build.yml",
            "compose.prod.yaml",
            "docker-bake.hcl",
        ),
        *("Makefile", "GNUmakefile", "build/images.mk", "hack/release.sh", ".goreleaser.yaml", "action.yaml"),
        *(
            "Dockerfile",
            "Dockerfile.web",
            "web.Dockerfile",
            "app.bake.json",
            ".forgejo/workflows/a.yml",
        ),
        *(".circleci/config.yml", "cloudbuild.yaml", ".tekton/push.yaml", "azure-pipelines.yml", ".drone.yml"),
        *(
            "Jenkinsfile",
            "ci/release.Jenkinsfile",
            "web/Earthfile",
            "justfile",
            "Taskfile.yml",
            "ci/Taskfile.dist.yaml",
            "taskfile-build.yml",
            "hack/x/release",
            ".ci/run",
        ),
    ],
)
def test_pre_commit_runs_when_a_file_changes_that_lint_reads(path: str) -> None:
    name = Path(path).name
    assert is_ci_file(path) or is_other_pipeline(path) or is_unread(name) or is_tasks(name) or may_be_script(path)
    assert re.search(hook()["files"], path)


@pytest.mark.parametrize(
    "path",
    ["src/app.yml", "README.md", "docs/github/workflows.yml", "bot/bake.py", "bin/run.py", "src/release", "LICENSE"],
)
def test_pre_commit_does_not_run_for_other_files(path: str) -> None:
    assert not is_ci_file(path)
    assert not re.search(hook()["files"], path)


def test_pre_commit_lints_the_repository_as_ci_does(tmp_path: Path) -> None:
    """A script that a workflow calls, and no file that is beside the product: by names alone both would be wrong."""
    found = hook()
    assert found["pass_filenames"] is False
    (tmp_path / "examples" / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / "Makefile").write_text("test:\n\ttrue\n")
    bad = (ROOT / "tests/fixtures/workflows/before.yml").read_text()
    (tmp_path / "examples" / ".github" / "workflows" / "a.yml").write_text(bad)
    words = [PROGRAMS / "provenance", *found["entry"].split()[1:], *found["args"]]
    run(*words, at=tmp_path)
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github" / "workflows" / "a.yml").write_text(bad)
    run(*words, at=tmp_path, code=1)
