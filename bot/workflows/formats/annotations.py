"""Findings as GitHub's workflow commands, which show them beside the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Sequence

from bot.file_rule import Severity
from bot.workflows.formats.text import printable
from bot.workflows.lint_source import LintSource
from bot.workflows.rules import LintFinding

_LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def render(findings: Sequence[LintFinding], troubles: Sequence[str] = (), _: LintSource = LintSource()) -> str:  # noqa: B008 - frozen
    """One command a line. Percent signs and newlines are escaped, in properties colons and commas as well.

    What a terminal would act on is written out: the log shows these lines, too.
    """
    unread = "".join(f"::error title=could not be read::{_data(trouble)}\n" for trouble in troubles)
    return unread + "".join(
        f"::{_LEVEL[one.severity]} file={_property(one.file)},line={one.line},col={one.column},"
        f"title={_property(one.rule)}::{_data(one.message)}\n"
        for one in findings
    )


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
