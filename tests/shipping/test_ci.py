"""What is for other people's CI, run as far as that goes without their runner."""

import json
import re
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.shipping.steps import action, load, perform
from tests.shipping.wheels import run

pytestmark = pytest.mark.shipped

PROGRAMS = Path(sys.executable).parent
BAD = f"oci:{ROOT / 'bot' / 'demo' / 'images' / 'min_2p_dflt'}"
AWAY = "127.0.0.1:9/acme/app:1"
"""Nothing listens there."""
GOOD = f"oci:{ROOT / 'bot' / 'demo' / 'images' / 'max-sbom_2p_dflt'}"
VERDICT = '{"verdict": "warn"}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The runner's temporary folder, in which the program is installed already."""
    (tmp_path / "provenance-bot").mkdir()
    (tmp_path / "provenance-bot" / "bin").symlink_to(PROGRAMS)
    return tmp_path


def test_no_input_becomes_a_part_of_a_script() -> None:
    steps = action()["runs"]["steps"]
    assert not any("${{" in step.get("run", "") for step in steps)
    named = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text()))
    assert named == set(action()["inputs"]), "an input that is read and not declared, or declared and ignored"


def test_a_failing_image_fails_the_job_with_summary_and_annotations(folder: Path) -> None:
    ran = perform({"Check"}, {"images": f"{BAD}\n{GOOD}"}, folder)
    told = ran.outputs["check"]
    assert (told["verdict"], told["exit-code"]) == ("fail", "1")
    assert len(json.loads(Path(told["report"]).read_text())) == 2
    assert "::error" in ran.log
    assert "min_2p_dflt" in ran.summary
    sarif = json.loads((folder / "provenance-reports" / "check.sarif").read_text())
    assert sarif["runs"][0]["results"]


@pytest.mark.long
def test_a_good_image_and_clean_files_succeed(folder: Path) -> None:
    ran = perform({"Check"}, {"images": GOOD, "lint": str(ROOT / ".github" / "workflows")}, folder)
    assert ran.outputs["check"]["exit-code"] == "0"
    assert ran.outputs["check"]["verdict"] == "warn"
    assert "::error" not in ran.log


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"lint": str(ROOT / "tests" / "fixtures" / "workflows")}, "1"),
        ({"images": AWAY}, "3"),
        ({"images": AWAY, "lint": str(ROOT / "tests" / "fixtures" / "workflows")}, "1"),
        ({"images": GOOD, "policy": "/nope.yaml"}, "2"),
        ({"images": GOOD, "strict": "true"}, "1"),
    ],
    ids=["lint", "unread", "both", "policy", "strict"],
)
@pytest.mark.long
def test_the_worst_exit_code_counts(inputs: dict[str, str], code: str, folder: Path) -> None:
    assert perform({"Check"}, inputs, folder).outputs["check"]["exit-code"] == code


@pytest.mark.parametrize("inputs", [{}, {"images": " \n"}, {"images": "", "lint": " "}])
def test_a_job_that_names_nothing_to_check_is_not_green(inputs: dict[str, str], folder: Path) -> None:
    """The output of another step that is empty, say: nobody looked at the image."""
    ran = perform({"Check"}, inputs, folder)
    assert ran.outputs["check"] == {"exit-code": "2"}
    assert "::error::nothing to check" in ran.log


@pytest.mark.parametrize("name", ["strict", "since-baseline", "upload-sarif"])
def test_a_switch_that_is_neither_true_nor_false_is_not_ignored(name: str, folder: Path) -> None:
    """YAML's `yes` comes as that word, and was taken for false."""
    in_place_of_the_program(folder, "exit 0")
    ran = perform({"Check"}, {"images": GOOD, name: "yes"}, folder)
    assert f"::error::{name} is neither true nor false" in ran.log
    assert ran.outputs["check"]["exit-code"] == "2"
    for value in ("true", "True", "FALSE", ""):
        assert perform({"Check"}, {"images": GOOD, name: value}, folder).outputs["check"]["exit-code"] == "0"


@pytest.mark.parametrize(("name", "option"), [("strict", "--strict"), ("since-baseline", "--since-baseline")])
def test_a_switch_reaches_the_program(name: str, option: str, folder: Path) -> None:
    in_place_of_the_program(folder, 'echo "asked: $@"')
    assert option in perform({"Check"}, {"images": GOOD, name: "True"}, folder).log
    assert option not in perform({"Check"}, {"images": GOOD, name: "false"}, folder).log


@pytest.mark.parametrize("inputs", [{"policy": "policy.yaml"}, {"since-baseline": "true"}])
def test_what_is_about_images_without_images_is_not_green(inputs: dict[str, str], folder: Path) -> None:
    """An output of another step that is empty, say: the files were linted, and no image was looked at."""
    in_place_of_the_program(folder, "exit 0")
    ran = perform({"Check"}, {"lint": ".", **inputs}, folder)
    assert "images is empty" in ran.log
    assert ran.outputs["check"]["exit-code"] == "2"


def in_place_of_the_program(folder: Path, script: str) -> None:
    (folder / "provenance-bot" / "bin").unlink()
    (folder / "provenance-bot" / "bin").mkdir()
    program = folder / "provenance-bot" / "bin" / "provenance"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.mark.parametrize("what", ["images", "lint"])
@pytest.mark.parametrize("end", ["kill -9 $$", "kill -15 $$", "exit 99"], ids=["out of memory", "ended", "odd"])
def test_a_program_that_does_not_end_by_itself_is_not_a_pass(what: str, end: str, folder: Path) -> None:
    in_place_of_the_program(folder, end)
    told = perform({"Check"}, {what: GOOD}, folder).outputs["check"]
    assert told["exit-code"] == "3"
    assert "verdict" not in told


@pytest.mark.long
def test_the_verdict_is_never_that_of_an_earlier_step(folder: Path) -> None:
    first = perform({"Check"}, {"images": GOOD, "lint": str(ROOT / ".github" / "workflows")}, folder)
    assert first.outputs["check"]["verdict"] == "warn"
    second = perform({"Check"}, {"images": "?"}, folder).outputs["check"]
    assert second["exit-code"] == "2"
    assert "verdict" not in second
    assert not list((folder / "provenance-reports").iterdir()), "the reports of other images are not uploaded again"


def test_an_input_is_neither_run_nor_expanded(folder: Path) -> None:
    evil = "$(touch pwned) `touch pwned` ;touch pwned --save=json=pwned * ../../x"
    ran = perform({"Check"}, {"images": evil, "lint": evil}, folder)
    assert ran.outputs["check"]["exit-code"] in {"1", "2", "3"}
    assert not list(folder.rglob("pwned"))


def test_the_repository_that_is_checked_is_not_imported(folder: Path) -> None:
    """The steps run in its folder, and Python looks there first."""
    for module in ("json", "types", "encodings"):
        (folder / f"{module}.py").write_text("open('pwned', 'w')")
    told = perform({"Check"}, {"images": GOOD}, folder).outputs["check"]
    assert told["verdict"] == "warn"
    assert not (folder / "pwned").exists()


def test_code_scanning_gets_each_tool_in_a_delivery_of_its_own(folder: Path) -> None:
    """It refuses two runs of one tool: https://github.com/github/codeql-action/issues/3051."""
    uploads = [step for step in action()["runs"]["steps"] if "upload-sarif" in step.get("uses", "")]
    assert len({step["with"]["category"] for step in uploads}) == len(uploads) == 2
    told = perform({"Check"}, {"images": BAD, "lint": str(ROOT / "tests/fixtures/workflows")}, folder).outputs["check"]
    for step, name in zip(uploads, ("check-sarif", "lint-sarif"), strict=True):
        assert step["with"]["sarif_file"] == f"${{{{ steps.check.outputs.{name} }}}}"
        assert f"steps.check.outputs.{name} != ''" in step["if"]
        assert len(json.loads(Path(told[name]).read_text())["runs"]) == 1


def test_what_was_not_written_is_not_uploaded(folder: Path) -> None:
    told = perform({"Check"}, {"images": "?", "lint": "/nope"}, folder).outputs["check"]
    assert told.keys() == {"exit-code"}


def test_a_report_that_is_too_long_for_a_summary_is_not_lost_without_a_word(folder: Path) -> None:
    """GitHub drops a summary of more than 1 MiB."""
    script = 'for one in "$@"; do case "$one" in *=*) head -c 1100000 /dev/zero >"${one#*=}" ;; esac; done'
    in_place_of_the_program(folder, f"{script}\necho '{VERDICT}' >\"$REPORTS/check.json\"")
    ran = perform({"Check"}, {"images": GOOD}, folder)
    assert ran.outputs["check"]["verdict"] == "warn"
    assert "Too long" in ran.summary
    assert len(ran.summary) < 1000


def test_the_token_is_asked_with_unless_the_job_has_another(folder: Path) -> None:
    in_place_of_the_program(folder, 'echo "asked with ${PROVENANCE_GITHUB_TOKEN-none}"')
    inputs = {"images": GOOD, "github-token": "from-the-runner"}
    assert "asked with from-the-runner" in perform({"Check"}, inputs, folder).log
    assert "asked with of-the-job" in perform({"Check"}, inputs, folder, PROVENANCE_GITHUB_TOKEN="of-the-job").log
    assert "asked with none" in perform({"Check"}, {"images": GOOD}, folder).log


@pytest.mark.shipped
def test_the_action_installs_itself(tmp_path: Path) -> None:
    for module in ("venv", "pip", "json"):  # as above, of the repository that is checked
        (tmp_path / f"{module}.py").write_text("raise SystemExit('pwned')")
    ran = perform({"Install provenance-bot", "Check"}, {"images": GOOD}, tmp_path)
    assert ran.outputs["check"]["exit-code"] == "0"
    assert "provenance-bot 0." in run(tmp_path / "provenance-bot" / "bin" / "provenance", "--version", at=tmp_path).out


@pytest.mark.long
def test_the_gitlab_job(tmp_path: Path) -> None:
    job = load("deploy/ci/gitlab.yml")[".provenance"]
    script = "\n".join(job["script"])
    for images, code in (("", 2), (" ", 2), ("$(touch pwned) *", 2), (GOOD, 0), (f"{GOOD} {BAD}", 1)):
        variables = {**job["variables"], "IMAGES": images, "PATH": f"{PROGRAMS}:/usr/bin:/bin"}
        run("bash", "-eo", "pipefail", "-c", script, at=tmp_path, code=code, **variables)
        assert not (tmp_path / "pwned").exists()
    reports = job["artifacts"]["reports"]
    assert isinstance(json.loads((tmp_path / reports["codequality"]).read_text()), list)
    assert "<testsuite" in (tmp_path / reports["junit"]).read_text()


@pytest.mark.parametrize(
    ("lint", "check", "ends"),
    [(0, 0, 0), (1, 0, 1), (0, 1, 1), (1, 3, 1), (3, 1, 1), (3, 0, 3), (0, 3, 3), (1, 2, 2), (2, 1, 2), (1, 137, 137)],
)
def test_the_gitlab_job_does_both_and_ends_with_the_worse(lint: int, check: int, ends: int, tmp_path: Path) -> None:
    """A finding in a file kept the images from being looked at."""
    program = tmp_path / "provenance"
    program.write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\nif [ "$1" = lint ]; then exit {lint}; fi\nexit {check}\n'
    )
    program.chmod(0o755)
    job = load("deploy/ci/gitlab.yml")[".provenance"]
    named = {"IMAGES": "a b", "LINT": ".", "STRICT": "true", "PATH": f"{tmp_path}:/usr/bin:/bin"}
    script = "\n".join(job["script"])
    run("bash", "-eo", "pipefail", "-c", script, at=tmp_path, code=ends, **{**job["variables"], **named})
    linted, checked = (tmp_path / "asked").read_text().splitlines()
    assert linted == "lint --strict -- ."
    assert checked.endswith("--strict -- a b")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"IMAGES": "a", "STRICT": "yes"}, "STRICT is neither true nor false"),
        ({"LINT": ".", "POLICY": "policy.yaml"}, "POLICY is about images, and IMAGES is empty"),
    ],
)
def test_the_gitlab_job_ignores_no_variable(variables: dict[str, str], said: str, tmp_path: Path) -> None:
    job = load("deploy/ci/gitlab.yml")[".provenance"]
    named = {**job["variables"], "PATH": f"{PROGRAMS}:/usr/bin:/bin", **variables}
    assert said in run("bash", "-eo", "pipefail", "-c", "\n".join(job["script"]), at=tmp_path, code=2, **named).out


@pytest.mark.parametrize("variables", [{"IMAGES": "?"}, {"LINT": "/nope"}], ids=["images", "lint"])
def test_the_gitlab_job_reports_no_file_of_the_repository(variables: dict[str, str], tmp_path: Path) -> None:
    job = load("deploy/ci/gitlab.yml")[".provenance"]
    reports = job["artifacts"]["reports"]
    for name in reports.values():
        (tmp_path / name).write_text("<testsuites/>")
    variables = {**job["variables"], "PATH": f"{PROGRAMS}:/usr/bin:/bin", **variables}
    run("bash", "-eo", "pipefail", "-c", "\n".join(job["script"]), at=tmp_path, code=2, **variables)
    assert not any((tmp_path / name).exists() for name in reports.values())


@pytest.mark.parametrize(
    ("images", "code", "verdict"), [([GOOD], 0, "warn"), ([GOOD, BAD], 1, "fail"), (["?"], 2, "unknown")]
)
def test_the_tekton_task(images: list[str], code: int, verdict: str, tmp_path: Path) -> None:
    (step,) = load("deploy/ci/tekton-task.yaml")["spec"]["steps"]
    script = tmp_path / "script.py"
    script.write_text(step["script"].replace("/app/bin", str(PROGRAMS)))
    result = tmp_path / "verdict"
    values = {"POLICY": "", "SOURCE": "", "DOCKER_CONFIG": "", "VERDICT": str(result)}
    assert {one["name"] for one in step["env"]} == set(values)
    run(sys.executable, script, *images, at=tmp_path, code=code, **values)
    assert result.read_text() == verdict


def test_a_runner_that_cannot_run_it_is_told(tmp_path: Path) -> None:
    script = ROOT / "deploy" / "ci" / "install.sh"
    said = run("bash", script, ROOT, tmp_path / "environment", at=tmp_path, code=1, RUNNER_OS="Windows").out
    assert said.startswith("::error::provenance-bot runs on Linux and macOS runners")


@pytest.mark.long
def test_what_is_installed_does_not_come_out_of_the_repository_that_is_checked(tmp_path: Path) -> None:
    """The installation runs in its folder, too, and Python looks there first for what `-m` names."""
    for module in ("venv", "pip"):
        (tmp_path / f"{module}.py").write_text("open(__name__ + ' pwned', 'w')")
    sources = tmp_path / "sources"  # without the lists of dependencies: pip itself says so
    sources.mkdir()
    script = ROOT / "deploy" / "ci" / "install.sh"
    said = run("bash", script, sources, tmp_path / "environment", at=tmp_path, code=1).err
    assert "requirements.txt" in said
    assert not list(tmp_path.glob("*pwned"))


def test_the_image_has_the_commands_of_the_jobs_on_its_path() -> None:
    """A job of GitLab calls `provenance` in the image."""
    (path,) = re.findall(r"\bPATH=(\S+)", (ROOT / "deploy" / "Dockerfile").read_text())
    assert path.split(":")[0] == "/app/bin"
    script = "\n".join(load("deploy/ci/gitlab.yml")[".provenance"]["script"])
    assert re.search(r"\bprovenance (lint|check)\b", script)
