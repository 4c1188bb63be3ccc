"""One rule asked about one image: which of its findings count, and what becomes of it.

A rule needs others to have passed, and so it is skipped when they did not. That is decided per platform: when
linux/arm64 alone has no provenance, the mode of linux/amd64 is still looked at, and a failure there is told. But a
rule that was left out for some platform never passes: without a failure it is skipped, and the reason says for whom.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from bot.context import Context
from bot.rules import Finding, Outcome, Rule, SkippedReason
from bot.unreadable import UnknownReason
from bot.values import replace

FINDINGS_MAX: Final = 50
"""Findings of one kind that one rule reports; an index may name hundreds of broken things."""

MESSAGE_MAX: Final = 600
"""Characters of one finding; names in attestations may be of any length."""

IMAGE: Final = "image"
"""The subject that means all platforms."""


class Answer(Struct, frozen=True):
    """What became of one rule. `blocked` are the subjects for which those who need it are not asked."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()  # FAIL first, then UNKNOWN
    mild: bool = False  # it failed, but with nothing as bad as the rule's own severity
    reason: str = ""  # why it was skipped, for all or for some platforms
    code: SkippedReason | None = None  # the same for decisions
    blocked: frozenset[str] = frozenset()

    @property
    def failed(self) -> bool:
        """Whether it failed, waived or not."""
        return self.outcome is Outcome.FAIL or self.outcome is Outcome.WAIVED

    @property
    def unknown(self) -> tuple[Finding, ...]:
        """What could not be looked at, also where it failed for something else."""
        return tuple(finding for finding in self.findings if finding.outcome is Outcome.UNKNOWN)


_PASSED: Final = Answer(Outcome.PASS, mild=True)
"""What becomes of most rules."""


def ask(rule: Rule, context: Context, answers: Mapping[str, Answer]) -> Answer:
    """The rule's answer, given the answers of the rules that it needs."""
    artifact = context.evidence.artifact
    if artifact is not None and not rule.of_artifacts:
        told = f"it is {artifact.name} and not an image"
        return Answer(Outcome.SKIPPED, reason=told, code=SkippedReason.NOT_AN_IMAGE, blocked=frozenset({IMAGE}))
    if not rule.asked(context.expected):
        wants = rule.wants or "expectation for it"
        told = f"the policy names no {wants}"
        return Answer(Outcome.SKIPPED, reason=told, code=SkippedReason.NOT_EXPECTED, blocked=frozenset({IMAGE}))
    unmet = tuple(need for need in sorted(rule.needs) if answers[need].outcome is not Outcome.PASS)
    said = () if unmet else tuple(rule.findings(context))
    if not unmet and not said:
        return _PASSED
    blocked = frozenset[str]().union(*(answers[need].blocked for need in unmet))
    everyone = frozenset(platform.platform for platform in context.evidence.platforms)
    if unmet and (IMAGE in blocked or blocked >= everyone):
        reason = _reason(unmet, answers)
        blocked |= {IMAGE}
        return Answer(Outcome.SKIPPED, reason=reason, code=SkippedReason.NEEDS, blocked=blocked)
    if unmet:
        said = tuple(finding for finding in rule.findings(context) if finding.subject not in blocked)
    is_pointless = not unmet and _is_pointless(said, everyone)
    mild = all(finding.severity not in {None, rule.severity} for finding in _of(Outcome.FAIL, said))
    return Answer(
        _outcome({finding.outcome for finding in said}, mild=mild, skipped=bool(unmet) or is_pointless),
        _bounded(_of(Outcome.FAIL, said)) + _bounded(_of(Outcome.UNKNOWN, said)),
        mild,
        _reason(unmet, answers, left_out=blocked) if unmet else _exceptions(said) if is_pointless else "",
        SkippedReason.NEEDS if unmet else _exception(said) if is_pointless else None,
        blocked | {finding.subject for finding in said},
    )


def ask_after_all(rule: Rule, context: Context, skipped: Answer, why: UnknownReason | None) -> Answer:
    """The answer of a required rule that was skipped because one that it needs did not pass.

    Such a policy says that evidence must be good, and not that it must be there. Evidence that is there does not pass
    if it is bad or could not be read: for example, a source that the policy does not list, where only the revision is
    missing. The rule itself tells these apart, and says nothing about evidence that is absent. `why` is the reason that
    the needed rules are unknown, if they are: then a rule on absence is unknown, too.
    """
    said = tuple(rule.findings(context))
    failed, unknown = _of(Outcome.FAIL, said), _of(Outcome.UNKNOWN, said)
    if not failed and not unknown and rule.absence and why:
        unknown = [rule.unknown(IMAGE, why, skipped.reason)]
    if not failed and not unknown:
        return skipped
    mild = all(finding.severity not in {None, rule.severity} for finding in failed)
    outcome = _outcome({finding.outcome for finding in (*failed, *unknown)}, mild=mild, skipped=True)
    return replace(skipped, outcome=outcome, findings=_bounded(failed) + _bounded(unknown), mild=mild)


def _outcome(said: set[Outcome], *, mild: bool, skipped: bool) -> Outcome:
    """A mild failure does not hide that the rest is unknown, for a mild failure alone never fails an image."""
    if Outcome.UNKNOWN in said and (mild or Outcome.FAIL not in said):
        return Outcome.UNKNOWN
    if Outcome.FAIL in said:
        return Outcome.FAIL
    return Outcome.SKIPPED if skipped else Outcome.PASS


def _of(outcome: Outcome, said: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in said if finding.outcome is outcome]


def _is_pointless(said: Iterable[Finding], everyone: frozenset[str]) -> bool:
    """Whether the rule makes sense for none of the image's platforms."""
    subjects = {finding.subject for finding in _of(Outcome.SKIPPED, said)}
    return bool(subjects) and (IMAGE in subjects or subjects >= everyone)


def _exceptions(said: Iterable[Finding]) -> str:
    """Why the rule makes no sense for this image."""
    return _cut("; ".join(dict.fromkeys(finding.message for finding in _of(Outcome.SKIPPED, said))))


def _exception(said: Iterable[Finding]) -> SkippedReason | None:
    """The same for decisions: the first of them."""
    return next((finding.skipped for finding in _of(Outcome.SKIPPED, said)), None)


def _reason(unmet: Iterable[str], answers: Mapping[str, Answer], left_out: frozenset[str] = frozenset()) -> str:
    needs = ", ".join(f"{need} ({answers[need].outcome})" for need in unmet)
    whom = f" for {', '.join(sorted(left_out))}" if left_out else ""
    return f"not asked{whom}: needs {needs}"


def _bounded(findings: list[Finding]) -> tuple[Finding, ...]:
    kept = tuple(_shortened(finding) for finding in findings[:FINDINGS_MAX])
    if len(findings) <= FINDINGS_MAX:
        return kept
    more = replace(findings[0], subject=IMAGE, message=f"and {len(findings) - FINDINGS_MAX} more of this kind")
    return (*kept, more)


def _shortened(finding: Finding) -> Finding:
    return finding if len(finding.message) <= MESSAGE_MAX else replace(finding, message=_cut(finding.message))


def _cut(text: str) -> str:
    return text if len(text) <= MESSAGE_MAX else text[: MESSAGE_MAX - 1] + "…"
