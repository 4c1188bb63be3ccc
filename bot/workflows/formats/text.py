"""Findings for people: grouped by file, the worst first, each with the line that it is about; and a sum."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.file_rule import Severity
from bot.workflows.leaking import leaks
from bot.workflows.lint_source import LintSource
from bot.workflows.rules import LintFinding

WIDTH: Final = 160
"""Characters of an excerpt; a longer line is cut around the place."""

_ORDER: Final = list(Severity)
_COLOURS: Final = {
    Severity.CRITICAL: "1;31",
    Severity.HIGH: "1;31",
    Severity.MEDIUM: "1;33",
    Severity.LOW: "33",
    Severity.INFO: "2",
}
_TAB: Final = 4


def render(findings: Sequence[LintFinding], troubles: Sequence[str] = (), source: LintSource = LintSource()) -> str:  # noqa: B008 - frozen
    """`file:line:column: severity rule: message`, as editors understand it. Control characters are escaped."""
    lines = [line for one in _sorted(findings) for line in _finding(one, source)]
    fixable = sum(one.fixable for one in findings)
    fix = f", {fixable} can be fixed with --fix (see it with --diff)" if fixable else ""
    unchecked = sum(one.unchecked for one in findings)
    fix += f"; {unchecked} more perhaps, which only --fix checks, as there are many" if unchecked else ""
    unread = f"; {len(troubles)} file{'' if len(troubles) == 1 else 's'} could not be read" if troubles else ""
    count = f"{len(findings)} finding{'' if len(findings) == 1 else 's'}" if findings else "nothing found"
    lines.append(f"{count}{fix}{unread}")
    if findings:
        lines.append("why, and what to do: provenance lint --explain RULE")
    return "\n".join(lines) + "\n"


def printable(line: str) -> str:
    """The line without anything that a terminal would act on."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in line)


def _sorted(findings: Sequence[LintFinding]) -> list[LintFinding]:
    """Files by their worst finding; in a file the worst first, then from top to bottom."""
    worst: dict[str, int] = {}
    for one in findings:
        worst[one.file] = min(worst.get(one.file, len(_ORDER)), _ORDER.index(one.severity))
    return sorted(
        findings, key=lambda one: (worst[one.file], one.file, _ORDER.index(one.severity), one.line, one.column)
    )


def _finding(one: LintFinding, source: LintSource) -> Iterator[str]:
    fix = " [--fix]" if one.fixable else ""
    severity = _painted(one.severity, _COLOURS[one.severity], source)
    yield f"{printable(one.file)}:{one.line}:{one.column}: {severity} {one.rule}: {printable(one.message)}{fix}"
    yield from _excerpt(one, source)


def _excerpt(one: LintFinding, source: LintSource) -> Iterator[str]:
    """The line, and a caret below the column. A line that may hold a secret is not shown."""
    line = source.line(one.file, one.line)
    if not line.strip() or leaks(line):
        return
    before, rest = line[: one.column - 1], line[one.column - 1 :]
    start, shown = printable(before.expandtabs(_TAB)), printable(rest.expandtabs(_TAB))
    if len(start) > WIDTH // 2:
        start = "..." + start[-WIDTH // 2 :]
    number = f"{one.line:>6}"
    yield f"{number} | {start}{shown}"[: WIDTH + len(number)].rstrip()
    yield f"{'':>6} | {' ' * len(start)}{_painted('^', _COLOURS[one.severity], source)}"


def _painted(text: str, colour: str, source: LintSource) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if source.colours else text
