"""Findings, for each who reads them."""

import json

from bot.rules import Severity
from bot.workflows.edits import insert
from bot.workflows.formats import explain, render
from bot.workflows.rules import LintFinding, catalogue

NASTY = "50% of\r\n::error::it,\x1b[31m"
FINDINGS = [
    LintFinding("workflow-provenance-min", "a dir/ü,:%.yml", 3, 7, Severity.HIGH, NASTY, insert(0, "x")),
    LintFinding("workflow-cosign-format", "b.yml", 1, 1, Severity.INFO, "it is so"),
]
TROUBLES = ["c.yml:2:1: not YAML"]


def test_json_is_an_array_with_exactly_these_keys() -> None:
    first, second = json.loads(render("json", FINDINGS, []))
    assert first == {
        "rule": "workflow-provenance-min",
        "file": "a dir/ü,:%.yml",
        "line": 3,
        "column": 7,
        "severity": "high",
        "message": NASTY,
        "fixable": True,
    }
    assert second["fixable"] is False
    assert json.loads(render("json", [], TROUBLES)) == []


def test_annotations_cannot_be_broken_out_of() -> None:
    lines = render("github", FINDINGS, TROUBLES).splitlines()
    assert lines == [
        "::error title=could not be read::c.yml:2:1: not YAML",
        (
            "::error file=a dir/ü%2C%3A%25.yml,line=3,col=7,title=workflow-provenance-min"
            "::50%25 of%0D%0A::error::it,\\x1b[31m"
        ),
        "::notice file=b.yml,line=1,col=1,title=workflow-cosign-format::it is so",
    ]


def test_every_rule_can_be_explained() -> None:
    for rule in catalogue():
        text = explain.render(rule)
        assert rule.id in text
        assert rule.remediation.text.split()[0] in text


def test_text_is_one_line_each_and_moves_no_cursor() -> None:
    text = render("text", FINDINGS, TROUBLES)
    lines = text.splitlines()
    assert lines[0].startswith("a dir/ü,:%.yml:3:7: high workflow-provenance-min: 50% of\\r\\n::error::it,\\x1b[31m")
    assert lines[2].startswith("2 findings, 1 can be fixed with --fix")
    assert lines[2].endswith("; 1 file could not be read")
    assert "\x1b" not in text
    assert render("text", [], []) == "nothing found\n"
