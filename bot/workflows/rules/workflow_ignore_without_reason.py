"""A comment that silences a rule, and does not say why; or that names a rule that is not there."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.ignores import read_ignores
from bot.workflows.rule import LintContext, LintFinding, LintRule

rule = LintRule(
    __name__,
    title="A finding is ignored without a reason",
    severity=Severity.LOW,
    rationale="Later, people will not know why. Without a reason, or for an unknown rule, the comment does nothing.",
    remediation=Remediation(
        "Say why, behind the bracket.",
        "provenance: false  # provenance: ignore[workflow-provenance-disabled] AWS Lambda refuses an index",
        "yaml",
    ),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every comment that silences nothing."""
    from bot.workflows.rules import catalogue  # noqa: PLC0415 - the catalogue holds this very rule

    ids = {one.id for one in catalogue()}
    for ignore in read_ignores(context.file.source):
        unknown = sorted(ignore.rules - ids)
        if not ignore.rules or not ignore.reason:
            yield rule.at(context, ignore.place, "this comment silences nothing: it gives no reason, or no rule")
        elif unknown:
            yield rule.at(context, ignore.place, f"unknown rule {', '.join(unknown)}")
