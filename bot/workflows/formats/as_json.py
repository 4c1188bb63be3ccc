"""Findings as a JSON array; the keys are final."""

import json
from collections.abc import Sequence

from bot.workflows.lint_source import LintSource
from bot.workflows.rules import LintFinding


def render(findings: Sequence[LintFinding], troubles: Sequence[str] = (), _: LintSource = LintSource()) -> str:  # noqa: ARG001, B008 - as all formats  # noqa: ARG001 - the array is only findings
    """[{"rule", "file", "line", "column", "severity", "message", "fixable"}, …]."""
    return json.dumps([_entry(one) for one in findings], indent=1) + "\n"


def _entry(finding: LintFinding) -> dict[str, str | int | bool]:
    return {
        "rule": finding.rule,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "severity": finding.severity.value,
        "message": finding.message,
        "fixable": finding.fixable,
    }
