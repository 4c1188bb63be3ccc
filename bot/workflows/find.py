"""The front door for those who have a file's text: what is wrong with it, what that explains, and the diff."""

from collections.abc import Iterable, Mapping
from operator import ge
from typing import Final, TypeAlias

from bot.errors import MalformedError
from bot.file_rule import Severity
from bot.values import replace
from bot.workflows.diff import unified
from bot.workflows.doubts import Doubt, with_reasons
from bot.workflows.edits import Fix, apply, compatible
from bot.workflows.ignores import read_ignores
from bot.workflows.model import CiFile
from bot.workflows.read_before import ReadBefore
from bot.workflows.readers import exact_documents, read_as, read_file
from bot.workflows.rules import Follow, LintContext, LintFinding, catalogue
from bot.workflows.surroundings import ALONE, Surroundings
from bot.workflows.text import SourceText
from bot.workflows.yaml_doubt import may_differ

ROUNDS_MAX = 20
"""Some fixes have to wait for others at the same place; each round reads the file anew."""
CHECKED_MAX = 40
"""Fixes of one file that are checked one by one when they do not all hold together; each reads the file anew."""
READ_MAX = 200_000
"""Characters that are read for this: a file of 50,000 is read four times."""
_NO_HARM: Final = frozenset({Doubt.SHORT_LIVED, Doubt.MADE_PUBLIC})
"""Doubts that excuse a secret wherever it can be read."""
_SEVERITIES: Final = tuple(Severity)
"""The worst first."""


def lint_text(name: str, text: str, follow: Follow = lambda _: None, around: Surroundings = ALONE) -> list[LintFinding]:
    """What the rules say about a file, by line.

    `name` is the file's path: it tells what kind of file it is, and stands in the findings. `follow` reads what
    `uses: ./…` names; `around` is what the other files of the repository tell about this one.
    Every fix is checked before it is offered: applied, read and linted again.
    Raises MalformedError when the file cannot be read within bounds; nothing in it is ever run.
    """
    return lint_file(read_file(SourceText(name, text, around.published), around.called), follow, around)


def lint_file(file: CiFile, follow: Follow, around: Surroundings) -> list[LintFinding]:
    """The same about a file that is read already. What parsers may read differently is read once more to be fixed."""
    findings = _said_of(file, follow, around)
    if file.documents and any(one.fix for one in findings) and may_differ(file.source, doubtful=file.doubtful):
        findings = _said_exactly(file, findings, follow, around)
    return with_checked_fixes(file, findings, follow, around)


def _said_exactly(file: CiFile, findings: list[LintFinding], follow: Follow, around: Surroundings) -> list[LintFinding]:
    """What is said of it as the exact parser reads it. Where that one refuses it, nothing is offered to be fixed."""
    try:
        documents = exact_documents(file.source)
    except MalformedError:
        return [replace(one, fix=None) for one in findings]
    if documents == file.documents:
        return findings
    return _said_of(read_as(file, documents, around.called), follow, around)


def _said_of(file: CiFile, follow: Follow, around: Surroundings) -> list[LintFinding]:
    context = LintContext(file, follow, around)
    silenced = {(one.line, rule) for one in read_ignores(file.source) if one.reason for rule in one.rules}
    found = {finding for rule in catalogue() for finding in rule.findings(context)}
    certain = {(one.rule, one.line, one.column, one.message) for one in found if not one.doubts}
    kept = [one for one in found if (one.line, one.rule) not in silenced and not _is_told(one, certain)]
    return sorted(kept, key=lambda finding: (finding.line, finding.column, finding.rule, finding.message))


def _is_told(finding: LintFinding, certain: set[tuple[str, int, int, str]]) -> bool:
    """Whether the same is said of the same place without a doubt: two builds may share a line."""
    if not finding.doubts:
        return False
    plain = with_reasons("", finding.doubts)
    message = finding.message.removesuffix(plain)
    return (finding.rule, finding.line, finding.column, message) in certain


def with_checked_fixes(
    file: CiFile, findings: list[LintFinding], follow: Follow, around: Surroundings
) -> list[LintFinding]:
    """The same findings of that file; a fix that does not hold is taken away.

    All together first, as they mostly hold; then those of each rule, and each half of those that do not.
    """
    name, text = file.source.name, file.source.text
    fixable = [one for one in findings if one.fix]
    before = _ranks(findings)

    def holds(wanted: list[LintFinding]) -> bool:
        fixes = compatible(one.fix for one in wanted if one.fix)
        chosen = set(fixes)  # thousands of fixes must not be compared with each other
        made = [one for one in wanted if one.fix in chosen]
        try:
            fixed = SourceText(name, apply(text, fixes), around.published)
            again = read_file(fixed, around.called, ReadBefore(file, _same_lines(file.source, fixes)))
            after = _said_of(again, follow, around)
        except MalformedError:
            return False
        return _is_no_worse([*after, *made], before)

    if not fixable or holds(fixable):
        return findings
    todo = [_of_rule(fixable, rule) for rule in dict.fromkeys(one.rule for one in fixable)]
    left, good = min(CHECKED_MAX, READ_MAX // max(1, len(text))), set[int]()
    while todo and left:
        group, left = todo.pop(0), left - 1
        if holds(group):
            good.update(map(id, group))
        elif len(group) > 1:
            todo += [group[: len(group) // 2], group[len(group) // 2 :]]
    open_ = {id(one) for group in todo for one in group}
    return [
        one if not one.fix or id(one) in good else replace(one, fix=None, unchecked=id(one) in open_)
        for one in findings
    ]


def _same_lines(source: SourceText, fixes: Iterable[Fix]) -> int:
    """Up to where no line is changed."""
    return source.line_start(min(edit.place.start for fix in fixes for edit in fix.edits))


def _of_rule(findings: list[LintFinding], rule: str) -> list[LintFinding]:
    return [one for one in findings if one.rule == rule]


def _is_no_worse(after: list[LintFinding], before: "_Ranks") -> bool:
    """Whether no rule finds more than before, and the n-th worst that it finds is not worse than the n-th worst before.

    `after` also has the findings that were fixed: they must be gone.
    Max provenance publishes a secret among the build arguments: a finding that was `low` becomes `critical`, or stays
    `low` with one doubt less.
    """
    every = ((ranks, before.get(kind, [])) for kind, ranks in _ranks(after).items())
    return all(len(now) <= len(then) and all(map(ge, now, then)) for now, then in every)


_Ranks: TypeAlias = Mapping[tuple[str, str], list[int]]
"""How bad the findings of a rule are, the worst first: by their severity, and by the number of their doubts."""


def _ranks(findings: Iterable[LintFinding]) -> _Ranks:
    ranks: dict[tuple[str, str], list[int]] = {}
    for one in findings:
        ranks.setdefault((one.rule, "severity"), []).append(_SEVERITIES.index(one.severity))
        if not _NO_HARM.intersection(one.doubts):
            ranks.setdefault((one.rule, "doubts"), []).append(len(one.doubts))
    return {kind: sorted(each) for kind, each in ranks.items()}


def fixed_text(
    name: str,
    text: str,
    findings: Iterable[LintFinding],
    follow: Follow = lambda _: None,
    around: Surroundings = ALONE,
) -> str:
    """The text with everything fixed that these findings of it have a fix for; nothing else changes.

    A fix that was not checked yet is made as well, once it is.
    """
    waiting = [finding for finding in findings if finding.fix or finding.unchecked]
    for _ in range(ROUNDS_MAX):
        made = compatible(finding.fix for finding in waiting if finding.fix)
        text = apply(text, made)
        done: set[Fix | None] = set(made)
        wanted = {(finding.rule, finding.message) for finding in waiting if finding.fix not in done}
        if not wanted or not made:
            break
        again = lint_text(name, text, follow, around)
        waiting = [one for one in again if (one.fix or one.unchecked) and (one.rule, one.message) in wanted]
    return text


def diff(
    name: str,
    text: str,
    findings: Iterable[LintFinding],
    follow: Follow = lambda _: None,
    around: Surroundings = ALONE,
) -> str:
    """The diff for these findings of this text, as `git apply` takes it; "" when nothing can be fixed."""
    return unified(name, text, fixed_text(name, text, findings, follow, around))


def explains(finding: LintFinding) -> frozenset[str]:
    """The ids of the rules on images whose failure this finding explains."""
    return next((rule.explains for rule in catalogue() if rule.id == finding.rule), frozenset())
