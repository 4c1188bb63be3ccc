"""The report, put together from the judgement and the diagnoses, with the image's name in the text to paste."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from msgspec import Struct

from bot.attestations.secrets import shown
from bot.causes import Cause
from bot.check.ask import Answer
from bot.check.explaining import Diagnosis
from bot.check.judging import Judgement
from bot.check.lines import patches
from bot.check.names import ImageNames
from bot.check.notes import notes
from bot.check.summary import (
    artifact,
    baseline,
    platforms,
    readers,
    release,
    requests,
    search,
    signatures,
    stores,
    trust,
    unread,
)
from bot.check.workflow import Seen
from bot.context import Context
from bot.policy import Policy, Waiver
from bot.report import CauseSummary, FindingSummary, RemediationSummary, Report, Result, WaiverSummary
from bot.rules import Finding, Outcome, Remediation, Rule, Severity
from bot.rules.unknowns import advice_on

_UNEXPLAINED: Final = Diagnosis()

PLAIN_MAX: Final = 1024
"""Entries that are remembered of rules that found nothing: some for each of 40 rules."""


def assemble(  # noqa: PLR0913 - all that a report is made of
    context: Context,
    policy: Policy,
    judgement: Judgement,
    diagnoses: Mapping[str, Diagnosis],
    *,
    now: datetime,
    seen: Seen | None = None,
) -> Report:
    """The document. `seen` is the workflow that built the image; its address alone is worth telling."""
    evidence = context.evidence
    advise = _Advice(ImageNames(context, now.astimezone(UTC).date()))
    results = tuple(
        _result(rule, judgement, diagnoses.get(rule.id, _UNEXPLAINED), policy, advise) for rule in judgement.rules
    )
    return Report(
        image=str(evidence.image),
        digest=evidence.digest,
        checked_at=now.astimezone(UTC).replace(microsecond=0),
        verdict=judgement.verdict,
        policy=policy.name,
        platforms=platforms(evidence),
        signatures=signatures(evidence),
        search=search(evidence),
        stores=stores(evidence),
        unread=unread(evidence),
        trust=trust(context),
        results=results,
        requests=requests(evidence),
        notes=notes(evidence, results, policy),
        workflow=seen.summary() if seen else None,
        release=release(context),
        patches=patches(seen, judgement.failed, evidence.image.name),
        baseline=baseline(context, now),
        artifact=artifact(evidence),
        readers=readers(context),
    )


def _result(rule: Rule, judgement: Judgement, diagnosis: Diagnosis, policy: Policy, advise: "_Advice") -> Result:
    answer = judgement.answers[rule.id]
    severity, required = policy.severity(rule), rule.id in judgement.required
    code = answer.code if answer.outcome is Outcome.SKIPPED else None
    if not (answer.failed or answer.findings):
        return _plain(rule.id, answer.outcome, severity, rule.title, required=required, reason=answer.reason, code=code)
    waiver = policy.waiver(rule.id) if answer.outcome is Outcome.WAIVED else None
    return Result(
        rule=rule.id,
        outcome=answer.outcome,
        severity=_severity(severity, answer) if answer.failed else severity,
        title=rule.title,
        required=required,
        findings=tuple(_finding(finding) for finding in answer.findings),
        causes=tuple(advise.cause(cause) for cause in diagnosis.causes),
        lines=diagnosis.lines,
        patches=diagnosis.patches,
        remediation=advise.remediation(how) if (how := _how(rule, answer)) else None,
        waiver=_waiver(waiver) if waiver else None,
        reason=answer.reason,
        code=code,
    )


def _how(rule: Rule, answer: Answer) -> Remediation | None:
    """What to do about it: the rule's own words where it failed, else what makes known what is unknown."""
    return rule.remediation if answer.failed else advice_on(finding.reason for finding in answer.unknown)


@lru_cache(maxsize=PLAIN_MAX)
def _plain(  # noqa: PLR0913 - all that such an entry is made of
    rule: str, outcome: Outcome, severity: Severity, title: str, *, required: bool, reason: str, code: str | None
) -> Result:
    """The entry of a rule that found nothing. It is the same in most reports."""
    return Result(
        rule=rule, outcome=outcome, severity=severity, title=title, required=required, reason=reason, code=code
    )


def _waiver(waiver: Waiver) -> WaiverSummary:
    return WaiverSummary(reason=waiver.reason, until=waiver.until.isoformat(), who=waiver.who)


class _Advice(Struct, frozen=True):
    """What to do about that image, with its own names in what is to be pasted."""

    names: ImageNames

    def cause(self, cause: Cause) -> CauseSummary:
        return CauseSummary(
            cause=cause.id,
            sureness=cause.sureness.value,
            because=cause.because,
            fix=cause.fix,
            snippet=self.names.to_paste(cause.snippet),
            language=cause.language,
            verify=self.names.to_verify(cause.verify),
        )

    def remediation(self, remediation: Remediation) -> RemediationSummary:
        return RemediationSummary(
            text=remediation.text,
            snippet=self.names.to_paste(remediation.snippet),
            language=remediation.language,
            verify=self.names.to_verify(remediation.verify),
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
        reason=finding.reason,
    )
