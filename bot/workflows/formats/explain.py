"""One lint rule for people: why it matters, what to do, and how to see that it worked."""

from textwrap import fill, indent

from bot.workflows.rules import LintRule

_WIDTH = 100


def render(rule: LintRule) -> str:
    """A page of plain text."""
    parts = [
        f"{rule.id} ({rule.severity}): {rule.title}",
        fill(rule.rationale, _WIDTH),
        fill(f"What to do: {rule.remediation.text}", _WIDTH),
        indent(rule.remediation.snippet, "    "),
        f"To see that it worked: {rule.remediation.verify}" if rule.remediation.verify else "",
        f"On images this shows as: {', '.join(sorted(rule.explains))}" if rule.explains else "",
        f"To silence one line, with a reason: # provenance: ignore[{rule.id}] why",
        "\n".join(rule.references),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"
