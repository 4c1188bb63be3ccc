"""Which tasks of Taskfiles and justfiles CI runs: by name, by other tasks, through files that take in others."""

from pathlib import Path

import pytest

from bot.workflows.doubts import Doubt
from tests.growth import LINEAR_MAX, growth
from tests.workflows.doubting import BUILDX, CI, SBOM, doubts, findings
from tests.workflows.looking import job, run

PUSH = BUILDX.format("quay.io/acme/app:1")
TASKFILE = f"version: '3'\ntasks:\n  default: true\n  push: {PUSH}\n"
JUSTFILE = f"lint:\n  true\npush tag='1':\n  {PUSH}\n"


def sbom(root: Path, files: dict[str, str]) -> set[tuple[Doubt, ...]]:
    return doubts([one for one in findings(root, files) if one.rule == SBOM])


def is_run(root: Path, script: str, files: dict[str, str], rest: str = "") -> bool:
    told = sbom(root, {CI: job(run(script)) + rest, **files})
    assert told in ({()}, {(Doubt.NOT_RUN,)})
    return told == {()}


@pytest.mark.parametrize(
    "command",
    [
        "task push",
        "go-task push",
        "./bin/task push TAG=1",
        "task --yes -d . lint push",
        "task push -- --verbose",
        'TAG="a b" TOKEN=${{ secrets.TOKEN }} task push',
        "cd app; task push && true",
        "mise exec -- task push",
        "if true; then task push; fi",
        "if task push; then true; fi",
        "until task push; do sleep 1; done",
        'nix develop -c "task push"',
        "out=$(task push)",
        "task \\\n    push",
    ],
)
def test_a_task_that_ci_runs_has_no_doubt(tmp_path: Path, command: str) -> None:
    assert is_run(tmp_path, command, {"Taskfile.yml": TASKFILE})


@pytest.mark.parametrize(
    "command",
    [
        "task",
        "task lint",
        "task lint -- push",
        "task --list push",
        "echo the task push is for people",
        "mytask push",
        "# task push",
        "just push",
        "task-runner push",
    ],
)
def test_a_task_that_it_does_not_run_has_one(tmp_path: Path, command: str) -> None:
    assert not is_run(tmp_path, command, {"Taskfile.yml": TASKFILE})


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("just push", True),
        ("just push 1.2.3", True),
        ("just -f justfile push", True),
        ("just image=quay.io/acme/app push", True),
        ("just --set image quay.io/acme/app push", True),
        ("devbox run -- just push", True),
        ("just lint", False),
        ("just", False),
        ("just --show push", False),
        ("echo just push", False),
        ("it is just push", False),
        ("task push", False),
    ],
)
def test_a_recipe_that_ci_runs(tmp_path: Path, command: str, *, expected: bool) -> None:
    assert is_run(tmp_path, command, {"justfile": JUSTFILE}) is expected


@pytest.mark.parametrize("tool", ["task", "just"])
def test_a_name_of_which_the_matrix_says_what_it_is(tmp_path: Path, tool: str) -> None:
    files = {"task": {"Taskfile.yml": TASKFILE}, "just": {"justfile": JUSTFILE}}[tool]
    rest = "    strategy: { matrix: { goal: [push, other] } }\n"
    assert is_run(tmp_path / "a", tool + " ${{ matrix.goal }}", files, rest)
    assert not is_run(tmp_path / "b", tool + " ${{ inputs.goal }}", files)


def test_what_runs_when_none_is_named(tmp_path: Path) -> None:
    assert is_run(tmp_path / "a", "task", {"Taskfile.yml": TASKFILE.replace("default: true", "default: [task: push]")})
    assert is_run(tmp_path / "b", "just", {"justfile": f"push:\n  {PUSH}\nlint:\n"})


@pytest.mark.parametrize(
    "release",
    [
        "release: { deps: [push] }",
        "release: { deps: [{ task: push }] }",
        "release: { cmds: [true, { task: push, vars: { A: b } }] }",
        "release: { cmds: [{ defer: { task: push } }] }",
        "release: { cmds: [{ for: [a], task: 'pu{{.ITEM}}' }] }",
        "release: [task: ':push']",
        "release: task push",
        "other: { aliases: [release], deps: [push] }",
        "rel*: [task: push]",
    ],
)
def test_tasks_run_each_other(tmp_path: Path, release: str) -> None:
    assert is_run(tmp_path, "task release", {"Taskfile.yml": f"{TASKFILE}  {release}\n"})


@pytest.mark.parametrize(
    "release",
    [
        "release: push\n",
        "release: lint && push\n",
        "release tag: (push tag)\n",
        "alias release := push\n",
        "release:\n  just push\n",
        "release:\n  @{{ just_executable() }} push\n",
        "release:\n  #!/bin/sh\n  just push\n",
    ],
)
def test_recipes_run_each_other(tmp_path: Path, release: str) -> None:
    assert is_run(tmp_path, "just release", {"justfile": JUSTFILE + release})


@pytest.mark.parametrize(
    ("head", "path", "command", "expected"),
    [
        ("includes: { images: ./docker }", "docker/Taskfile.yml", "task images:push", True),
        ("includes: { images: { taskfile: docker/Taskfile.yml } }", "docker/Taskfile.yml", "task images:push", True),
        ("includes: { images: { taskfile: ./ci.yml } }", "ci.yml", "task images:push", True),
        ("includes: { a: { taskfile: ./docker, flatten: true } }", "docker/Taskfile.yml", "task push", True),
        ("includes: { a: { taskfile: ./docker, aliases: [b] } }", "docker/Taskfile.yml", "task b:push", True),
        ("includes: { images: ./docker }", "docker/Taskfile.yml", "task push", False),
        ("includes: { images: ./docker }", "docker/Taskfile.yml", "task other:push", False),
        ("includes: { images: ./docker }", "docker/Taskfile.yml", "task all", True),
        ("includes: { images: ./docker }", "docker/Taskfile.yml", "cd docker && task push", True),
    ],
)
def test_a_taskfile_takes_in_another(tmp_path: Path, head: str, path: str, command: str, *, expected: bool) -> None:
    root = f"version: '3'\n{head}\ntasks: {{ all: [task: 'images:release'] }}\n"
    files = {"Taskfile.yml": root, path: f"{TASKFILE}  release: [task: push]\n"}
    assert is_run(tmp_path, command, files) is expected


@pytest.mark.parametrize(
    ("head", "path", "command", "expected"),
    [
        ("import 'ci/images.just'", "ci/images.just", "just push", True),
        ("mod docker", "docker.just", "just docker push", True),
        ("mod docker", "docker/mod.just", "just docker::push", True),
        ("mod? docker", "docker/.justfile", "just docker::push", True),
        ("mod docker 'images/x.just'", "images/x.just", "just docker push", True),
        ("mod docker", "docker/justfile", "just docker", False),
        ("mod docker", "docker/justfile", "just other", False),
        ("mod docker", "docker/justfile", "just all", True),
    ],
)
def test_a_justfile_takes_in_another(tmp_path: Path, head: str, path: str, command: str, *, expected: bool) -> None:
    root = f"{head}\nall: docker::push\n"
    assert is_run(tmp_path, command, {"justfile": root, path: JUSTFILE}) is expected


def test_files_that_take_in_each_other(tmp_path: Path) -> None:
    one = "version: '3'\nincludes: { b: ./b, c: ./b }\n" + TASKFILE.partition("\n")[2]
    other = "version: '3'\nincludes: { a: .., b: . }\ntasks: { x: true }\n"
    assert is_run(tmp_path, "task push", {"Taskfile.yml": one, "b/Taskfile.yml": other})


def test_a_task_runs_a_script_and_a_make_target_that_push(tmp_path: Path) -> None:
    files = {"Taskfile.yml": "version: '3'\ntasks: { push: make push }\n", "Makefile": f"push:\n\t{PUSH}\n"}
    assert is_run(tmp_path / "make", "task push", files)
    files = {"justfile": "push:\n  ./hack/push.sh\n", "hack/push.sh": PUSH}
    assert is_run(tmp_path / "script", "just push", files)
    assert is_run(tmp_path / "task", "make push", {"Makefile": "push:\n\ttask push\n", "Taskfile.yml": TASKFILE})


def test_one_that_is_for_development_by_its_name(tmp_path: Path) -> None:
    files = {"justfile": JUSTFILE.replace("push ", "push-dev ", 1), CI: job(run("just push-dev"))}
    assert sbom(tmp_path, files) == {(Doubt.TRIAL,)}


def test_many_tasks_take_no_more_than_their_number(tmp_path: Path) -> None:
    def look(size: int) -> None:
        tasks = "".join(f"  t{at}: [task: 't{at + 1}{{{{.X}}}}']\n  '*u{at}': task t{at}\n" for at in range(size))
        findings(tmp_path, {CI: job(run("task t0")), "Taskfile.yml": TASKFILE + tasks})

    assert growth(look, 100) < LINEAR_MAX
