"""A rule's answer as the report tells it: the severity that counts here, what to do about it, with the image's name."""

import re
from shlex import quote
from typing import Final

from bot.check._ask import Answer
from bot.evidence import Evidence
from bot.oci.reference import LAYOUT_PREFIX
from bot.policy import Policy
from bot.report import FindingSummary, RemediationSummary, Result, WaiverSummary
from bot.rules import Finding, Outcome, Remediation, Rule, Severity

EXAMPLE: Final = "quay.io/acme/app:1.2.3"

_PLACE: Final = re.compile(r"\bIMAGE(@DIGEST)?\b")


def result(rule: Rule, answer: Answer, policy: Policy, evidence: Evidence, *, required: bool) -> Result:
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
        remediation=remediation(rule.remediation, str(evidence.image), evidence.digest) if failed else None,
        waiver=WaiverSummary(reason=waiver.reason, until=waiver.until.isoformat()) if waiver else None,
        reason=answer.reason,
    )


def remediation(cure: Remediation, image: str, digest: str) -> RemediationSummary:
    """The cure with the image's name filled in where the rule's text says IMAGE, or IMAGE@DIGEST.

    A layout on disk has no name that other tools could be asked by, and its path may hold anything.
    """
    tagged = image.partition("@")[0]
    if image.startswith(LAYOUT_PREFIX):
        return RemediationSummary(
            text=cure.text,
            snippet=_filled(cure.snippet, EXAMPLE, digest),
            language=cure.language,
            verify=f"provenance check {quote(image)}\n",
        )
    return RemediationSummary(
        text=cure.text,
        snippet=_filled(cure.snippet, tagged, digest),
        language=cure.language,
        verify=_filled(cure.verify, image, digest),
    )


def _filled(text: str, name: str, digest: str) -> str:
    pinned = f"{name.partition('@')[0]}@{digest}"
    return _PLACE.sub(lambda place: pinned if place[1] else name, text)


def _severity(usual: Severity, answer: Answer) -> Severity:
    """The worst of the findings; a finding is at most as bad as the rule is here."""
    order = list(Severity)
    found = [finding.severity or usual for finding in answer.findings if finding.outcome is Outcome.FAIL]
    return max(usual, min(found, key=order.index, default=usual), key=order.index)


def _finding(finding: Finding) -> FindingSummary:
    return FindingSummary(
        subject=finding.subject,
        message=finding.message,
        outcome=finding.outcome,
        severity=finding.severity,
    )
