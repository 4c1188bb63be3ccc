"""Scripts and Makefiles whose names tell little: a CI file runs them, or a Makefile includes them."""

from pathlib import Path

import pytest

from bot.workflows.project import Project
from bot.workflows.rules import LintFinding
from tests.workflows.looking import WORKFLOW, job, run
from tests.workflows.test_project import look, put

OFF = "docker buildx build --push --provenance false -t quay.io/acme/app:1 ."
SCRIPT = f"#!/bin/bash\n{OFF}\n"
DISABLED = "workflow-provenance-disabled"


def of_file(root: Path, name: str) -> list[LintFinding]:
    return [one for file in Project(root).lint([root]) if file.name == name for one in file.findings]


@pytest.mark.parametrize(
    "line",
    ["./devel/image -t 1", "devel/image", "bash devel/image", "sh -e ./devel/image", "cd x && ./devel/image | tee log"],
)
def test_a_script_in_any_folder_is_read_when_a_workflow_runs_it(tmp_path: Path, line: str) -> None:
    root = put(tmp_path, {WORKFLOW: job(run(line)), "devel/image": SCRIPT, "devel/other": SCRIPT})
    (one,) = [one for one in of_file(root, "devel/image") if one.rule == DISABLED]
    assert (one.severity.value, one.line) == ("high", 2)
    assert "devel/other" not in look(root)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/image", SCRIPT),
        ("devel/image", SCRIPT.replace("/bin/bash", "/usr/bin/env python3")),
        ("devel/image/action", SCRIPT),
    ],
)
def test_what_is_for_tests_or_not_a_shell_script_is_not_read(tmp_path: Path, path: str, text: str) -> None:
    root = put(tmp_path, {WORKFLOW: job(run("./devel/image", "./tests/image")), path: text})
    assert set(look(root)) == {WORKFLOW}


def test_whoever_names_a_workflow_means_that_alone(tmp_path: Path) -> None:
    root = put(tmp_path, {WORKFLOW: job(run("./devel/image")), "devel/image": SCRIPT})
    assert set(look(root, WORKFLOW)) == {WORKFLOW}


@pytest.mark.parametrize(
    ("name", "call"), [("Makefile.image-release", "make -f Makefile.image-release push"), ("rules.make", "make push")]
)
def test_a_makefile_by_another_name(tmp_path: Path, name: str, call: str) -> None:
    files = {WORKFLOW: job(run(call)), "Makefile": "include rules.make\n", name: f"push:\n\t{OFF}\n"}
    (one,) = [one for one in of_file(put(tmp_path, files), name) if one.rule == DISABLED]
    assert (one.severity.value, one.line) == ("high", 2)
