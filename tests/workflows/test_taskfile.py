"""Tasks of a Taskfile: what they build and push, what their variables hold, and that their fixes stay YAML."""

import pytest

from bot.errors import MalformedError
from bot.workflows.find import fixed_text, lint_text
from bot.workflows.readers import read_file
from bot.workflows.readers.filled import EXPANDED_MAX
from bot.workflows.text import SourceText
from tests.growth import LINEAR_MAX, growth
from tests.workflows.doubting import BUILDX, NOT_EXPLICIT, SBOM
from tests.workflows.looking import found, places

NAME = "Taskfile.yml"
PUSH = BUILDX.format("quay.io/acme/app:1")
DISABLED = "workflow-provenance-disabled"


def taskfile(*lines: str, head: str = "") -> str:
    return "\n".join(["version: '3'", *head.splitlines(), "tasks:", *(f"  {line}" for line in lines)]) + "\n"


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ((f"push: {PUSH}",), 3),
        (("push:", f"  - {PUSH}"), 4),
        (("push:", f"  cmd: {PUSH}"), 4),
        (("push:", "  cmds:", "    - true", f"    - {PUSH}"), 6),
        (("push:", "  cmds:", f"    - {{ cmd: '{PUSH}', silent: true }}"), 5),
        (("push:", "  cmds:", f"    - defer: '{PUSH}'"), 5),
        (("push:", "  cmds:", "    - for: [a, b]", f"      cmd: {PUSH}"), 6),
        (("push:", "  cmds:", "    - |", "      cd app", f"      {PUSH}"), 7),
    ],
    ids=["text", "list", "cmd", "cmds", "table", "defer", "for", "block"],
)
def test_a_finding_stands_where_the_command_does_and_is_fixed_there(lines: tuple[str, ...], line: int) -> None:
    text = taskfile(*lines)
    assert places(SBOM, text, NAME) == [(line, "medium")]
    after = fixed_text(NAME, text, lint_text(NAME, text))
    assert after == text.replace("buildx build", "buildx build --provenance=mode=max --sbom=true")
    assert [one for one in lint_text(NAME, after) if one.fixable] == []


def test_one_task_pushes_what_another_one_builds() -> None:
    head = "vars: { ORG: quay.io/acme, IMAGE: '{{.ORG}}/app' }"
    build, push = "build: docker build -t {{.IMAGE}}:{{.TAG}} .", "push: docker push {{ .IMAGE }}:{{.TAG}}"
    assert places(NOT_EXPLICIT, taskfile(build, push, head=head), NAME) == [(4, "high")]
    assert places(NOT_EXPLICIT, taskfile(build, "push: docker push {{.OTHER}}:{{.TAG}}", head=head), NAME) == []


@pytest.mark.parametrize(
    "flag",
    [
        "{{.FLAG}}",
        "{{- .FLAG -}}",
        '{{.FLAG | default "--provenance=mode=max"}}',
        '{{default "x" .FLAG}}',
        '{{"--provenance=false"}}',
        "{{`--provenance=false`}}",
        '{{.OWN | default "--provenance=false"}}',
        "{{if .OWN}}{{.OWN}}{{else}}--provenance=false{{end}}",
    ],
)
def test_a_variable_that_is_known_is_filled_in(flag: str) -> None:
    text = taskfile(f"push: 'docker buildx build --push {flag} -t a/b .'", head="vars: { FLAG: --provenance=false }")
    assert [line for line, _ in places(DISABLED, text, NAME)] == [4]


@pytest.mark.parametrize(
    "variables",
    [
        "vars: { FLAG: { sh: ./flag } }",
        "vars: { FLAG: { ref: .OTHER } }",
        "",
        "vars: { FLAG: '{{.FLAG | default \"--push\"}}' }",
        "vars: { FLAG: '{{.A}} {{.B}}' }",
        "vars: { FLAG: '{{if .CI}}--provenance=false{{end}}' }",
    ],
)
def test_nothing_is_said_of_a_flag_that_only_the_run_knows(variables: str) -> None:
    text = taskfile("push: docker buildx build --push {{.FLAG}} -t quay.io/acme/app .", head=variables)
    rules = {one.rule for one in lint_text(NAME, text)}
    assert rules <= {"workflow-built-elsewhere"}


def test_a_task_has_variables_of_its_own_and_those_that_it_is_given_are_not_known() -> None:
    build = "docker buildx build --push {{.FLAG}} -t a/b ."
    head = "vars: { FLAG: --provenance=false }"
    own = ("push:", "  vars: { FLAG: --provenance=mode=max }", f"  cmds: ['{build}']")
    assert places(DISABLED, taskfile(*own, head=head), NAME) == []
    given = (f"push: {build}", "all: [{ task: push, vars: { FLAG: --provenance=mode=max } }]")
    assert places(DISABLED, taskfile(*given, head=head), NAME) == []
    assert places(DISABLED, taskfile(given[0], "all: [{ task: push }]", head=head), NAME) != []


def test_a_program_that_a_variable_may_replace() -> None:
    head = "vars: { TOOL: '{{.TOOL | default \"docker\"}}' }"
    text = taskfile("push: '{{.TOOL}} buildx build --push -t quay.io/acme/app:1 .'", head=head)
    assert [severity for _, severity in places(SBOM, text, NAME)] == ["medium"]


def test_what_stands_in_a_block_may_not_be_there() -> None:
    text = taskfile("push: 'docker buildx build {{if .CI}}--push{{else}}--load{{end}} -t quay.io/acme/app:1 .'")
    assert {severity for _, severity in places(SBOM, text, NAME)} <= {"low"}


def test_settings_of_tools_are_read_and_other_variables_are_not() -> None:
    push = ("push:", "  env: { KO_DOCKER_REPO: quay.io/acme/app }", "  cmds: [ko build ./cmd/app]")
    assert found("workflow-other-builder", taskfile(*push), NAME)
    local = ("push:", "  env: { KO_DOCKER_REPO: ko.local }", "  cmds: [ko build ./cmd/app]")
    assert not found("workflow-other-builder", taskfile(*local), NAME)
    text = taskfile(
        f"push: {PUSH.replace('--push', '$HOW')}", head="env: { HOW: --push }"
    )  # whoever runs it may differ
    assert {severity for _, severity in places(SBOM, text, NAME)} <= {"low"}


def test_a_task_in_a_folder_of_tests_publishes_nothing() -> None:
    assert not found(SBOM, taskfile("push:", "  dir: test/app", f"  cmds: ['{PUSH}']"), NAME)
    assert found(SBOM, taskfile("push:", "  dir: app", f"  cmds: ['{PUSH}']"), NAME)


def test_one_that_is_taken_in_is_one_by_what_is_in_it() -> None:
    assert places(SBOM, taskfile(f"push: {PUSH}"), "build/images.yml") == [(3, "medium")]
    with pytest.raises(MalformedError, match="neither a workflow"):
        lint_text("build/images.yml", taskfile(f"push: {PUSH}").replace("version: '3'", "kind: List"))


@pytest.mark.parametrize(
    "text",
    [
        "version: '3'\ntasks: {}\n",
        "version: '3'\ntasks: { a: null, b: 1, c: [], d: {}, e: [[x]], f: { cmds: { a: b }, deps: x } }\n",
        "version: '3'\nincludes: { a: null, b: [], c: { taskfile: [] }, e: '{{.X}}/y', f: https://a/b }\ntasks: {}\n",
        "vars: []\nenv: []\ntasks: { a: { vars: [], env: x, aliases: y, cmds: [{ task: [] }, { defer: [] }] } }\n",
        taskfile("a: 'docker push {{ {{ {{.A} }} {{end}} {{if}} {{else}} {{/* a */}} {{}} {{.A'"),
    ],
)
def test_odd_files_hurt_nobody(text: str) -> None:
    lint_text(NAME, text)


def test_variables_that_grow_are_bounded() -> None:
    doubled = [f"  V{at}: '{{{{.V{at - 1}}}}}{{{{.V{at - 1}}}}}'" for at in range(1, 40)]
    head = "\n".join(["vars:", "  V0: abcdefgh", *doubled])
    read_file(SourceText(NAME, taskfile("a: echo {{.V39}}", head=head)))
    many = taskfile(*(f"t{at}: docker push {'{{.V39}}' * 20}" for at in range(EXPANDED_MAX // 80_000 + 1)), head=head)
    with pytest.raises(MalformedError, match="grow over the limit"):
        read_file(SourceText(NAME, many))


@pytest.mark.parametrize(
    "unit", ["{{", "{{if", "{{if .A}}", "{{end}}", "{{.A}}", "{{.A | default `", "{{if .A}}{{.A}}", "}} "]
)
def test_long_commands_take_no_more_than_their_length(unit: str) -> None:
    assert growth(lambda size: lint_text(NAME, taskfile("a: |", f"  docker push {unit * size}")), 1_000) < LINEAR_MAX
