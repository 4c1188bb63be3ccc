"""What a lint rule is, and what it can say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.file_rule import FileRule, Remediation, Severity, WorkflowReason
from bot.values import replace
from bot.workflows.doubts import Doubt, lowered, with_reasons
from bot.workflows.edits import Fix
from bot.workflows.lint_context import Follow, LintContext
from bot.workflows.text import Place

__all__ = ["Follow", "LintContext", "LintFinding", "LintRule"]


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing that a rule has to say about one place; line and column begin at 1. `fix` fixes it, where it can.

    `unchecked`: there may be a fix, but in a long file with many of them it was not checked.
    """

    rule: str
    file: str
    line: int
    column: int
    severity: Severity
    message: str
    fix: Fix | None = field(default=None, compare=False, repr=False)
    doubts: tuple[Doubt, ...] = ()
    unchecked: bool = field(default=False, compare=False, repr=False)
    reason: WorkflowReason | None = field(default=None, compare=False)

    @property
    def fixable(self) -> bool:
        """Whether a patch can fix it."""
        return self.fix is not None

    def doubted(self, doubts: Sequence[Doubt]) -> "LintFinding":
        """The same with reasons why it may not matter: then it is at most low, and says them, each once."""
        fresh = [one for one in dict.fromkeys(doubts) if one not in self.doubts]
        known = (*self.doubts, *fresh)
        level, told = lowered(self.severity, known), with_reasons(self.message, fresh)
        return replace(self, severity=level, message=told, doubts=known)


class LintRule(FileRule[LintContext, LintFinding]):
    """One rule. The file's name is its id, as with the rules on images.

    `explains` are the ids of rules on images (bot/rules) whose failure this finding explains.
    """

    title: str
    severity: Severity
    rationale: str
    remediation: Remediation
    explains: frozenset[str] = frozenset()
    references: tuple[str, ...] = ()
    once: bool = False  # told once a run: it is about an image, which several files may push

    def at(
        self,
        context: LintContext,
        place: Place,
        message: str,
        *,
        severity: Severity | None = None,
        fix: Fix | None = None,
    ) -> LintFinding:
        """Something to say about a place in the file."""
        line, column = context.file.source.position(place.start)
        return LintFinding(self.id, context.file.source.name, line, column, severity or self.severity, message, fix)
