"""The front door for those who have a file's text: what is wrong with it, what that explains, and the patch."""

from collections.abc import Iterable

from bot.workflows.diff import unified
from bot.workflows.edits import apply, compatible
from bot.workflows.ignores import read_ignores
from bot.workflows.readers import read_file
from bot.workflows.rules import Follow, LintContext, LintFinding, catalogue
from bot.workflows.text import SourceText

ROUNDS_MAX = 20
"""Some fixes have to wait for others at the same place; each round reads the file anew."""


def lint_text(
    name: str, text: str, follow: Follow = lambda _: None, *, bake_is_told: bool = False
) -> list[LintFinding]:
    """What the rules say about a file, by line.

    `name` is the file's path: it tells what kind of file it is, and stands in the findings. `follow` reads what
    `uses: ./…` names; `bake_is_told` says that some workflow passes provenance for the repository's bake files.
    Raises MalformedError when the file cannot be read within bounds; nothing in it is ever run.
    """
    source = SourceText(name, text)
    context = LintContext(read_file(source), follow, bake_is_told)
    silenced = {(one.line, rule) for one in read_ignores(source) if one.reason for rule in one.rules}
    found = {finding for rule in catalogue() for finding in rule.findings(context)}
    kept = [finding for finding in found if (finding.line, finding.rule) not in silenced]
    return sorted(kept, key=lambda finding: (finding.line, finding.column, finding.rule, finding.message))


def fixed_text(name: str, text: str, findings: Iterable[LintFinding], follow: Follow = lambda _: None) -> str:
    """The text with everything fixed that these findings of it have a fix for; nothing else changes."""
    waiting = [finding for finding in findings if finding.fix]
    for _ in range(ROUNDS_MAX):
        made = compatible(finding.fix for finding in waiting if finding.fix)
        text = apply(text, made)
        done = set(made)
        wanted = {(finding.rule, finding.message) for finding in waiting if finding.fix not in done}
        if not wanted:
            break
        waiting = [one for one in lint_text(name, text, follow) if one.fix and (one.rule, one.message) in wanted]
    return text


def diff(name: str, text: str, findings: Iterable[LintFinding], follow: Follow = lambda _: None) -> str:
    """The patch for these findings of this text, as `git apply` takes it; "" when nothing can be fixed."""
    return unified(name, text, fixed_text(name, text, findings, follow))


def explains(finding: LintFinding) -> frozenset[str]:
    """The ids of the rules on images whose failure this finding explains."""
    return next((rule.explains for rule in catalogue() if rule.id == finding.rule), frozenset())
