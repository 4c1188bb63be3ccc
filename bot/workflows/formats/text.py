"""Findings for people: one line each, and a sum."""

from collections.abc import Sequence

from bot.workflows.rules import LintFinding


def render(findings: Sequence[LintFinding], troubles: Sequence[str] = ()) -> str:
    """`file:line:column: severity rule: message`, as editors understand it. Control characters are escaped."""
    lines = [_line(one) for one in findings]
    fixable = sum(one.fixable for one in findings)
    fix = f", {fixable} can be fixed with --fix (see it with --diff)" if fixable else ""
    unread = f"; {len(troubles)} file{'' if len(troubles) == 1 else 's'} could not be read" if troubles else ""
    count = f"{len(findings)} finding{'' if len(findings) == 1 else 's'}" if findings else "nothing found"
    lines.append(f"{count}{fix}{unread}")
    if findings:
        lines.append("why, and what to do: provenance lint --explain RULE")
    return "\n".join(printable(line) for line in lines) + "\n"


def _line(one: LintFinding) -> str:
    fix = " [--fix]" if one.fixable else ""
    return f"{one.file}:{one.line}:{one.column}: {one.severity} {one.rule}: {one.message}{fix}"


def printable(line: str) -> str:
    """The line without anything that a terminal would act on."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in line)
