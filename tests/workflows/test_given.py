"""A variable to which a call gives another value is not known: no finding depends on what the file says of it."""

from pathlib import Path

import pytest

from tests.workflows.doubting import CI, findings
from tests.workflows.looking import job, run

OFF = "workflow-provenance-disabled"
PUSH = "docker buildx build --push -t quay.io/acme/app:1 ."


def is_off(root: Path, files: dict[str, str]) -> bool:
    return OFF in {one.rule for one in findings(root, files)}


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("task push", True),
        ("task TAG=1 push", True),
        ("task push FLAG=--provenance=mode=max", False),
        ('task push FLAG="$FLAG"', False),
        ('task push "FLAG=$FLAG"', False),
        ("task push OFF=--load", False),
        ("FLAG=x task push", True),
    ],
)
def test_a_variable_that_ci_gives_to_a_task_is_not_known(tmp_path: Path, command: str, *, said: bool) -> None:
    push = "docker buildx build --push {{.FLAG}} -t quay.io/acme/app:1 ."
    text = f"version: '3'\nvars: {{ OFF: --provenance=false, FLAG: '{{{{.OFF}}}}' }}\ntasks: {{ push: '{push}' }}\n"
    files = {CI: job(run(command)), "Taskfile.yml": text}
    assert is_off(tmp_path, files) is said


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("just push", True),
        ("just tag=1 push", True),
        ("just flag=--provenance=mode=max push", False),
        ("just --set flag --provenance=mode=max push", False),
        ("just tag=1 off='' push", False),
        ("just release", False),
    ],
)
def test_a_variable_that_a_call_gives_to_a_recipe_is_not_known(tmp_path: Path, command: str, *, said: bool) -> None:
    text = (
        "off := '--provenance=false'\nflag := off\npush:\n  docker buildx build --push {{flag}} -t quay.io/acme/app .\n"
    )
    text += "release:\n  just off=x push\n" if "release" in command else ""
    assert is_off(tmp_path, {CI: job(run(command)), "justfile": text}) is said


def test_a_fix_of_such_a_file_is_checked_with_the_same_variables(tmp_path: Path) -> None:
    text = (
        f"flag := '--sbom=false'\npush:\n  {PUSH}\nother:\n  docker buildx build --push {{{{flag}}}} -t quay.io/a/b .\n"
    )
    found = findings(tmp_path, {CI: job(run("just flag=x push other")), "justfile": text})
    assert [one.fixable for one in found if one.line == 3] == [True, True]


@pytest.mark.parametrize(
    ("template", "given"),
    [
        ('{{.FLAG | default "--provenance=false"}}', ""),
        ('{{default "--provenance=false" .FLAG}}', ""),
        ("{{if .FLAG}}{{.FLAG}}{{else}}--provenance=false{{end}}", ""),
        ("{{.OWN}}", ""),
        ('{{.FLAG | default "--provenance=false"}}', "vars: { FLAG: x }"),
    ],
)
def test_a_default_does_not_hold_where_a_call_gives_a_value(tmp_path: Path, template: str, given: str) -> None:
    push = f"docker buildx build --push {template} -t quay.io/acme/app:1 ."
    own = "vars: { OWN: '{{.FLAG | default \"--provenance=false\"}}' }"
    text = f"version: '3'\ntasks:\n  push:\n    {own}\n    cmds: [ '{push}' ]\n"
    text += f"  all:\n    cmds: [ {{ task: push, {given or 'vars: {}'} }} ]\n"
    assert is_off(tmp_path, {CI: job(run("task all")), "Taskfile.yml": text}) is (not given)
    assert not is_off(tmp_path, {CI: job(run("task all FLAG=--provenance=mode=max")), "Taskfile.yml": text})


def test_a_default_does_not_hold_where_a_command_gives_the_value(tmp_path: Path) -> None:
    push = 'docker buildx build --push {{.FLAG | default "--provenance=false"}} -t quay.io/acme/app:1 .'
    text = f"version: '3'\nvars: {{ FLAG: {{ sh: ./flags.sh }} }}\ntasks: {{ push: '{push}' }}\n"
    assert not is_off(tmp_path, {CI: job(run("task push")), "Taskfile.yml": text})


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("make push", True),
        ("make TAG=1 push", True),
        ("make push FLAG=--provenance=mode=max", False),
        ("make push 'FLAG=$FLAG'", False),
        ("make -C . FLAG:=x push", False),
        ("make push OFF=", False),
        ("FLAG=x make push", True),
        ("task FLAG=x push; make push", True),
        ("make release", False),
    ],
)
@pytest.mark.parametrize("sign", ["=", ":=", "?="])
def test_a_variable_that_a_call_gives_to_make_is_not_known(
    tmp_path: Path, command: str, sign: str, *, said: bool
) -> None:
    text = f"OFF {sign} --provenance=false\nFLAG = $(OFF)\npush:\n\t{PUSH} $(FLAG)\n"
    text += "release:\n\t$(MAKE) push FLAG=x\n" if "release" in command else ""
    assert is_off(tmp_path, {CI: job(run(command)), "Makefile": text}) is said


def test_no_call_changes_a_variable_that_the_makefile_overrides(tmp_path: Path) -> None:
    text = f"override FLAG := --provenance=false\npush:\n\t{PUSH} $(FLAG)\n"
    assert is_off(tmp_path, {CI: job(run("make push FLAG=")), "Makefile": text})


def test_a_flag_of_a_build_that_is_put_together_otherwise_is_not_said_where_ci_gives_another(tmp_path: Path) -> None:
    text = "ARGS = --push \\\n  --provenance=false\npush:\n\t./build.sh $(ARGS)\n"
    assert is_off(tmp_path, {CI: job(run("make push")), "Makefile": text})
    assert not is_off(tmp_path, {CI: job(run("make push ARGS=--push")), "Makefile": text})


def test_a_target_whose_name_a_call_gives_is_still_run(tmp_path: Path) -> None:
    """Only what it builds with the variable is not known."""
    text = f"APP = app\npush-$(APP):\n\t{PUSH} --provenance=false\n"
    (found,) = [
        one for one in findings(tmp_path, {CI: job(run("make push-app APP=app")), "Makefile": text}) if one.rule == OFF
    ]
    assert not found.doubts


@pytest.mark.parametrize(
    ("command", "more", "said"),
    [
        ("make FLAG=x -C images push", "", True),
        ("cd images/ && make FLAG=x push", "", True),
        ("cd images; make FLAG=x push", "push:\n\t$(MAKE) -C .. push\n", False),
        ("cd images; make FLAG=x push", "include ../Makefile\n", False),
        ("cd . && make FLAG=x push", "", False),
        ("cd elsewhere && make FLAG=x push", "", False),
    ],
)
def test_what_is_given_in_a_folder_is_given_to_the_makefile_there(
    tmp_path: Path, command: str, more: str, *, said: bool
) -> None:
    """As in kubernetes/ingress-nginx: `cd images/ && make REGISTRY=… push` says nothing of images/nginx/Makefile."""
    text = f"FLAG = --provenance=false\npush:\n\t{PUSH} $(FLAG)\n"
    files = {CI: job(run("make push", command)), "Makefile": text, "images/Makefile": more or "push:\n\ttrue\n"}
    assert is_off(tmp_path, files) is said
