"""The first step: every rule asked about an image. The verdict is decided here."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from bot.check.ask import IMAGE, Answer, ask, ask_after_all
from bot.context import Context
from bot.evidence import Artifact
from bot.oci.reference import Reference
from bot.policy import Policy, with_needs
from bot.report import Verdict
from bot.rules import Outcome, Question, Rule, SkippedReason, catalogue
from bot.unreadable import UnknownReason
from bot.values import replace

NOBODY_ASKS: Final = Answer(
    Outcome.SKIPPED,
    reason="the policy does not ask for it",
    code=SkippedReason.NOT_IN_POLICY,
    blocked=frozenset({IMAGE}),
)


class Judgement(Struct, frozen=True):
    """What became of each rule, in the catalogue's order.

    `required` are the rules that decide between pass and fail. One that failed only mildly is advice.
    """

    rules: tuple[Rule, ...]
    answers: Mapping[str, Answer]
    required: frozenset[str]

    @property
    def verdict(self) -> Verdict:
        """FAIL when a required rule failed; else UNKNOWN when one is unknown; else WARN when an advised one failed."""
        said = {(answer.outcome, id_ in self.required) for id_, answer in self.answers.items()}
        if (Outcome.FAIL, True) in said:
            return Verdict.FAIL
        if (Outcome.UNKNOWN, True) in said:
            return Verdict.UNKNOWN
        return Verdict.WARN if (Outcome.FAIL, False) in said else Verdict.PASS

    @property
    def failed(self) -> tuple[str, ...]:
        """The ids of the rules that failed, waived ones included."""
        return tuple(id_ for id_, answer in self.answers.items() if answer.failed)

    @property
    def is_failing(self) -> bool:
        """Whether a rule failed that nobody has waived."""
        return any(answer.outcome is Outcome.FAIL for answer in self.answers.values())


def judge(context: Context, policy: Policy, *, today: date, rules: Sequence[Rule] | None = None) -> Judgement:
    """What the rules say. `rules` stand in an order that puts the needed ones first; `today` (UTC) ends waivers."""
    asked = tuple(catalogue() if rules is None else rules)
    required = policy.required(asked)
    answers = _answers(context, policy, asked, with_needs(policy.require | policy.advise, asked) | required, today)
    answers |= {
        rule.id: _waived(rule, one, policy, today) for rule, one in _asked_after_all(context, asked, answers, required)
    }
    mild = {id_ for id_, answer in answers.items() if answer.mild and answer.outcome is Outcome.FAIL}
    open_ = _unverified(context, asked, answers)
    return Judgement(asked, answers | open_, required - mild | open_.keys())


def _unverified(context: Context, rules: Sequence[Rule], answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The question for a signature when it is unknown, or when the policy does not ask it, of what is not an image.

    Its answer decides: it is all that could be verified. Else a chart passed of which nothing was. What is only
    evidence about an image is never asked it: whoever reads a pass takes the image for good.
    """
    artifact = context.evidence.artifact
    if artifact is not None and artifact.is_evidence:
        told = _elsewhere(artifact, context.evidence.image)
        return {
            rule.id: Answer(Outcome.UNKNOWN, (rule.unknown(IMAGE, UnknownReason.NOT_ASKED, told),))
            for rule in rules
            if rule.answers is Question.IS_SIGNED
        }
    if artifact is None or all(one.code is not SkippedReason.NOT_AN_IMAGE for one in answers.values()):
        return {}
    told = f"nothing was verified: it is {artifact.name} and not an image, and the policy does not ask for a signature"
    found: dict[str, Answer] = {}
    for rule in (one for one in rules if one.answers is Question.IS_SIGNED):
        answer = answers[rule.id]
        if answer.outcome is Outcome.UNKNOWN:
            found[rule.id] = answer
        elif answer.code is SkippedReason.NOT_IN_POLICY:
            found[rule.id] = Answer(Outcome.UNKNOWN, (rule.unknown(IMAGE, UnknownReason.NOT_ASKED, told),))
    return found


def _elsewhere(artifact: Artifact, asked: Reference) -> str:
    """What to check instead of evidence that was named as if it were an image."""
    about = f" about {artifact.about}" if artifact.about else ""
    also = f", or as {asked.name}@{artifact.about}" if artifact.about else ""
    return f"it is {artifact.name}{about} and not an image; check the image itself instead, by its tag{also}"


def _answers(
    context: Context, policy: Policy, rules: Sequence[Rule], wanted: frozenset[str], today: date
) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for rule in rules:
        answer = ask(rule, context, answers) if rule.id in wanted else NOBODY_ASKS
        answers[rule.id] = _waived(rule, answer, policy, today)
    return answers


def _waived(rule: Rule, answer: Answer, policy: Policy, today: date) -> Answer:
    waiver = policy.waiver(rule.id) if answer.outcome is Outcome.FAIL else None
    is_waived = waiver is not None and today <= waiver.until and not rule.always
    return replace(answer, outcome=Outcome.WAIVED) if is_waived else answer


def _asked_after_all(
    context: Context, rules: Sequence[Rule], answers: Mapping[str, Answer], required: frozenset[str]
) -> Iterator[tuple[Rule, Answer]]:
    """Required rules that were skipped because those that they need did not pass, which may be advice, or waived.

    Also those that were skipped for some platforms alone: what they found of others hides nothing of these.
    Where such a rule is unknown and required itself, the image is unknown, and one says why.
    """
    needs = {rule.id: rule.needs for rule in rules}
    unknown = {id_ for id_, answer in answers.items() if answer.outcome is Outcome.UNKNOWN} & required
    for rule in rules:
        answer = answers[rule.id]
        if rule.id not in required or answer.code is not SkippedReason.NEEDS:
            continue
        needed = _all_needs(rule.id, needs)
        if unknown.isdisjoint(needed):
            unread = (finding for id_ in sorted(needed) for finding in answers[id_].unknown)
            why = next((finding.reason or UnknownReason.UNREADABLE for finding in unread), None)
            yield rule, ask_after_all(rule, context, answer, why)


def _all_needs(id_: str, needs: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return needs[id_].union(*(_all_needs(need, needs) for need in needs[id_]))
