"""The lint rules as the table in docs/lint.md."""

from collections.abc import Sequence

from bot.file_rule import Severity
from bot.workflows.rules import LintRule


def render(rules: Sequence[LintRule]) -> str:
    """A table in Markdown, the worst first."""
    worst = list(Severity)
    listed = sorted(rules, key=lambda rule: (worst.index(rule.severity), rule.id))
    lines = [f"| `{rule.id}` | {rule.severity} | {rule.title} |" for rule in listed]
    return "\n".join(["| rule | severity | says |", "| --- | --- | --- |", *lines]) + "\n"
