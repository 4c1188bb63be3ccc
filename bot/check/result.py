"""A rule's answer as the report tells it: the severity that counts here, what to do about it, with the image's name."""

from bot.check.ask import Answer
from bot.check.causes import NOTHING, Besides, explained
from bot.check.lines import lines, patches
from bot.check.names import to_paste, to_verify
from bot.evidence import Evidence
from bot.policy import Policy
from bot.report import FindingSummary, RemediationSummary, Result, WaiverSummary
from bot.rules import Finding, Outcome, Remediation, Rule, Severity
from bot.rules.shown import shown


def result(  # noqa: PLR0913 - all that one entry is made of
    rule: Rule, answer: Answer, policy: Policy, evidence: Evidence, *, required: bool, besides: Besides = NOTHING
) -> Result:
    """The rule's entry. A failure that the rule itself calls mild is advice, even where the rule is required."""
    failed = answer.outcome in {Outcome.FAIL, Outcome.WAIVED}
    waiver = policy.waiver(rule.id) if answer.outcome is Outcome.WAIVED else None
    return Result(
        rule=rule.id,
        outcome=answer.outcome,
        severity=_severity(policy.severity(rule), answer) if failed else policy.severity(rule),
        title=rule.title,
        required=required and not (answer.mild and answer.outcome is Outcome.FAIL),
        findings=tuple(_finding(finding) for finding in answer.findings),
        causes=explained(evidence, rule.id, answer.findings, besides) if failed else (),
        lines=lines(besides.seen, rule.id, evidence.image.name) if failed else (),
        patches=patches(besides.seen, rule.id, evidence.image.name) if failed else (),
        remediation=_remediation(rule.remediation, evidence) if failed else None,
        waiver=WaiverSummary(reason=waiver.reason, until=waiver.until.isoformat()) if waiver else None,
        reason=answer.reason,
    )


def _remediation(cure: Remediation, evidence: Evidence) -> RemediationSummary:
    return RemediationSummary(
        text=cure.text,
        snippet=to_paste(cure.snippet, evidence),
        language=cure.language,
        verify=to_verify(cure.verify, evidence),
    )


def _severity(usual: Severity, answer: Answer) -> Severity:
    """The worst of the findings; a finding is at most as bad as the rule is here."""
    order = list(Severity)
    found = [finding.severity or usual for finding in answer.findings if finding.outcome is Outcome.FAIL]
    return max(usual, min(found, key=order.index, default=usual), key=order.index)


def _finding(finding: Finding) -> FindingSummary:
    return FindingSummary(
        subject=finding.subject,
        message=shown(finding.message),
        outcome=finding.outcome,
        severity=finding.severity,
    )
