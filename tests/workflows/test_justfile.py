"""Recipes of a justfile: what they build and push, what their variables hold, and in which shell they run."""

import pytest

from bot.errors import MalformedError
from bot.workflows.find import fixed_text, lint_text
from bot.workflows.readers import read_file
from bot.workflows.readers.filled import EXPANDED_MAX
from bot.workflows.text import SIZE_MAX, SourceText
from tests.growth import LINEAR_MAX, growth
from tests.workflows.doubting import BUILDX, NOT_EXPLICIT, SBOM
from tests.workflows.looking import found, places

NAME = "justfile"
PUSH = BUILDX.format("quay.io/acme/app:1")
DISABLED = "workflow-provenance-disabled"
FLAG = "docker buildx build --push {{FLAG}} -t a/b ."


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"push:\n    {PUSH}\n", 2),
        (f"push:\r\n\t@-{PUSH}\r\n", 2),
        (f"@push tag='a:b' *rest: (build tag) lint && done # images\n  true\n\n  {PUSH}\n", 4),
        (f"[group('ci')]\n[linux]\npush $tag='x' +rest=':':\n  cd app && \\\n    {PUSH}\n", 5),
        (f"push:\n  #!/usr/bin/env bash\n  set -e\n  if true; then\n    {PUSH}\n  fi\n", 5),
        (f"[script('bash')]\npush:\n  {PUSH}\n", 3),
        (f"[script]\npush:\n  {PUSH}\n", 3),
        (f'set shell := ["bash", "-uc"]\npush:\n  {PUSH}\n', 3),
        (f"text := '''\npush:\n  docker push a\n'''\npush:\n  {PUSH}\n", 6),
        (f"flag := if a == 'b' {{\n    'c'\n  }} else {{\n    'd'\n  }}\npush:\n  {PUSH}\n", 7),
    ],
    ids=["plain", "marks", "parameters", "attributes", "shebang", "script", "alone", "shell", "long text", "if"],
)
def test_a_finding_stands_where_the_command_does_and_is_fixed_there(text: str, line: int) -> None:
    assert places(SBOM, text, NAME) == [(line, "medium")]
    after = fixed_text(NAME, text, lint_text(NAME, text))
    assert after == text.replace("buildx build", "buildx build --provenance=mode=max --sbom=true")
    assert [one for one in lint_text(NAME, after) if one.fixable] == []


@pytest.mark.parametrize(
    "text",
    [
        f"push:\n    #!/usr/bin/env python3\n    x = '{PUSH}'\n",
        f"[script('node')]\npush:\n    {PUSH}\n",
        f'set shell := ["pwsh", "-c"]\npush:\n    {PUSH}\n',
        f"text := '''\npush:\n    {PUSH}\n'''\n",
        f"# push:\n#    {PUSH}\n",
        f"push:\n    # {PUSH}\n",
    ],
)
def test_what_no_shell_runs_is_no_command(text: str) -> None:
    assert {one.rule for one in lint_text(NAME, text)} <= {"workflow-built-elsewhere"}


@pytest.mark.parametrize(
    "head",
    [
        "FLAG := '--provenance=false'",
        'export FLAG := "--provenance=false" # a word',
        "off := 'false'\nFLAG := '--provenance=' + off",
        "FLAG := env('FLAG', '--provenance=false')",
        'FLAG := env_var_or_default("FLAG", "--provenance=false")',
    ],
)
def test_a_variable_that_is_known_is_filled_in(head: str) -> None:
    assert [severity for _, severity in places(DISABLED, f"{head}\npush:\n    {FLAG}\n", NAME)] == ["high"]


@pytest.mark.parametrize(
    "head",
    [
        "",
        "FLAG := `cat flag`",
        "FLAG := if x == 'y' { '--provenance=false' } else { '' }",
        "FLAG := env('FLAG', '--push')",
        "FLAG := '--provenance=false'\nFLAG := `cat flag`",
        "FLAG := trim('--provenance=false')",
        "FLAG := '--provenance=false' +",
        "FLAG := a + ' ' + b",
        "FLAG := '''\n--provenance=false\n'''",
    ],
)
def test_nothing_is_said_of_a_flag_that_only_the_run_knows(head: str) -> None:
    found_ = lint_text(NAME, f"{head}\npush:\n    {FLAG.replace('a/b', 'quay.io/acme/app')}\n")
    assert {one.rule for one in found_} <= {"workflow-built-elsewhere"}


@pytest.mark.parametrize("parameter", ["FLAG", "FLAG='x'", "*FLAG", "+FLAG=''", "$FLAG", "a FLAG=(a + 'b')"])
def test_a_parameter_is_not_the_variable_of_its_name(parameter: str) -> None:
    text = "FLAG := '--provenance=false'\npush {}:\n    " + FLAG + "\n"
    assert places(DISABLED, text.replace("{}", parameter), NAME) == []
    assert places(DISABLED, text.replace("{}", "other"), NAME) != []


def test_one_recipe_pushes_what_another_one_builds() -> None:
    head = "org := 'quay.io/acme'\nimage := org / 'app'\n"
    build, push = (
        "build tag:\n  docker build -t {{image}}:{{ tag }} .\n",
        "push tag:\n  docker push {{quote(image)}}:{{tag}}\n",
    )
    assert places(NOT_EXPLICIT, head + build + push, NAME) == [(4, "high")]
    assert places(NOT_EXPLICIT, head + build + push.replace("image", "other"), NAME) == []


@pytest.mark.parametrize(("head", "known"), [("set export", True), ("export HOW := '--push'", True), ("", False)])
def test_variables_that_are_exported_are_those_of_the_shell(head: str, *, known: bool) -> None:
    text = f"HOW := '--push'\n{head}\npush:\n    docker buildx build $HOW -t quay.io/acme/app:1 .\n"
    assert ("medium" in {severity for _, severity in places(SBOM, text, NAME)}) is known


def test_each_line_has_a_shell_of_its_own() -> None:
    alone = "push:\n    HOW=--push\n    docker buildx build $HOW -t quay.io/acme/app:1 .\n"
    assert "medium" not in {severity for _, severity in places(SBOM, alone, NAME)}
    assert "medium" in {
        severity for _, severity in places(SBOM, alone.replace("push:\n", "push:\n    #!/bin/sh\n"), NAME)
    }


def test_double_braces_that_are_meant_for_another_tool() -> None:
    text = "push:\n    docker buildx build --push -t quay.io/acme/app:$(docker version -f '{{{{.Server}}') .\n"
    assert [line for line, _ in places(SBOM, text, NAME)] == [2]


@pytest.mark.parametrize("where", ["[working-directory: 'test/app']\n", "set working-directory := 'test/app'\n"])
def test_a_recipe_in_a_folder_of_tests_publishes_nothing(where: str) -> None:
    assert not found(SBOM, f"{where}push:\n    {PUSH}\n", NAME)
    assert found(SBOM, f"{where.replace('test/', '')}push:\n    {PUSH}\n", NAME)


@pytest.mark.parametrize("name", ["Justfile", ".justfile", "ci/images.just", "JUSTFILE"])
def test_all_its_names(name: str) -> None:
    assert places(SBOM, f"push:\n    {PUSH}\n", name) == [(2, "medium")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "    docker push a\n",
        "a:",
        ":=\n:\n[\n]\n'''\n",
        "import\nmod\nmod?\nalias\nset\nset a\nexport\n@:\n",
        "a:\n  {{ {{{{ }} {{{ }}} {{ ' }} {{ \" {{ ` }}\n",
        "a b=':' c=\":\" d=(':') e=`:`: (f ':' (g)) && (h)\n  docker push {{b}}\n",
    ],
)
def test_odd_files_hurt_nobody(text: str) -> None:
    lint_text(NAME, text)


def test_variables_that_grow_are_bounded() -> None:
    head = "v0 := 'abcdefgh'\n" + "".join(f"v{at} := v{at - 1} + v{at - 1}\n" for at in range(1, 40))
    read_file(SourceText(NAME, head + "a:\n  echo {{v39}}\n"))
    lines = f"  docker push {'{{v39}}' * 20}\n" * (EXPANDED_MAX // 80_000 + 1)
    with pytest.raises(MalformedError, match="grow over the limit"):
        read_file(SourceText(NAME, f"{head}a:\n{lines}"))
    with pytest.raises(MalformedError, match="more than the limit"):
        read_file(SourceText(NAME, "#" * (SIZE_MAX + 1)))


@pytest.mark.parametrize("unit", ["{{", "{{a", "{{ {a} ", "{{'", "a + ", "a ", "'", "(a ", "\\\n", "{ { { "])
def test_long_lines_take_no_more_than_their_length(unit: str) -> None:
    def look(size: int) -> None:
        for text in (
            f"a:\n  docker push {unit * size}\n",
            f"a := {unit * size}\n",
            f"a {unit * size}:\n",
            f"a: {unit * size}",
        ):
            lint_text(NAME, text)

    assert growth(look, 1_000) < LINEAR_MAX
