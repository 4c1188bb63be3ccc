"""Two parsers read YAML: where they may differ both are asked, and nowhere else; one file's trouble is its own."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import MalformedError
from bot.workflows.find import fixed_text, lint_text
from bot.workflows.nodes import Mapping, Node, Scalar, Sequence
from bot.workflows.project import Project
from bot.workflows.text import SourceText
from bot.workflows.yaml_doubt import may_differ
from bot.workflows.yaml_reader import read_documents, read_yaml
from tests.workflows.looking import WORKFLOW, build, job

PIECES = [
    *("a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "\n    ", " ", "# c", "'", '"', "\\", "|\n", ">-\n", "|2\n", "|#\n"),
    *("{", "}", "[", "]", ",", "&x ", "&x:", "*x", "!t ", "!", "%", "---\n", "...\n", "\r\n", "\r", "\x85", "\u2028"),
    *("\ufeff", "\U0001f600", "\xa0", "<<: ", "on: ", "yes", "0o7", "${{ a && !b }}", "jobs:\n  a:\n    if: x != y\n"),
]


def told(node: Node) -> object:
    """A node without the place of what nothing stands in: the parsers are known to differ in that."""
    match node:
        case Scalar(value="", style="", anchored=False):
            return ""
        case Scalar():
            return node
        case Sequence(items=items):
            return node.place, node.flow, node.weight, tuple(map(told, items))
        case Mapping(pairs=pairs):
            return node.place, node.flow, node.weight, tuple((told(key), told(value)) for key, value in pairs)


def is_in_doubt(source: SourceText) -> bool:
    return may_differ(source, doubtful=read_documents(source).doubtful)


@example(": ")
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_where_no_difference_is_feared_both_parsers_say_the_same(text: str) -> None:
    source = SourceText("x", text)
    try:
        quick = read_documents(source)
        if may_differ(source, doubtful=quick.doubtful):
            return
        exact = read_yaml(source, exact=True)
    except MalformedError:
        return
    assert [told(node) for node in quick.nodes] == [told(node) for node in exact]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffa: b",
        "a: b\x85c",
        "a: b\u2028c",
        "a: &x b",
        "a: &x {}\nb: *x",
        "a: !t b",
        "a: |# c\n  b\n",
        "a",
        "- a",
        ": b",
    ],
)
def test_where_they_may_differ(text: str) -> None:
    assert is_in_doubt(SourceText("x", text))


@pytest.mark.parametrize(
    "text", ["on:\n  push:\n", "a: x && y != !z *x\n", "a: b\t\n", "a: |\n  &x !t *x\n", "'&x': '!t'\n"]
)
def test_where_they_do_not(text: str) -> None:
    assert not is_in_doubt(SourceText("x", text))


def test_a_tab_behind_a_value_is_no_reason_to_leave_a_file_alone() -> None:
    text = job(build("push: true", "tags: ghcr.io/a/b:1\t", "sbom: false"))
    findings = lint_text(WORKFLOW, text)
    assert "sbom: true" in fixed_text(WORKFLOW, text, findings)


def test_what_one_parser_refuses_is_told_and_not_fixed() -> None:
    text = job(build("push: true", "tags: |# one", "  ghcr.io/a/b:1", "sbom: false"))
    findings = lint_text(WORKFLOW, text)
    assert "workflow-sbom-not-requested" in {one.rule for one in findings}
    assert not any(one.fixable for one in findings)


def test_a_file_that_one_parser_refuses_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    inputs = "push: true", "sbom: false"
    (folder / "a.yml").write_text(job(build(*inputs, "tags: |# one", "  ghcr.io/a/b:1")))
    (folder / "b.yml").write_text(job(build(*inputs, "tags: ghcr.io/a/b:1")))
    files = Project(tmp_path).lint([tmp_path])
    assert [(file.path.name, file.trouble, file.patch != "") for file in files] == [
        ("a.yml", "", False),
        ("b.yml", "", True),
    ]


def test_an_input_without_a_value_stands_on_its_own_line() -> None:
    inputs = "version: latest", "install:"
    text = job(build(*inputs, uses="docker/setup-buildx-action@v4") + build("push: true", "sbom: false", "tags:"))
    findings = lint_text(WORKFLOW, text)
    after = fixed_text(WORKFLOW, text, findings)
    assert after == text.replace("          install:\n", "").replace("sbom: false", "sbom: true").replace(
        "push: true\n", "push: true\n          provenance: mode=max\n"
    )
