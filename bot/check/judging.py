"""Evidence and a policy in, a report out. The law of the verdict stands here."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from bot.check.ask import IMAGE, Answer, ask
from bot.check.causes import NOTHING, Besides
from bot.check.notes import notes
from bot.check.result import result
from bot.check.summary import platforms, requests, signatures, trust
from bot.check.workflow import Seen, workflow_named
from bot.evidence import Evidence
from bot.policy import Policy, closed
from bot.report import Report, Result, Verdict
from bot.rules import Outcome, Rule, catalogue

NOBODY_ASKS: Final = Answer(Outcome.SKIPPED, reason="the policy does not ask for it", blocked=frozenset({IMAGE}))


def judge(
    evidence: Evidence,
    policy: Policy,
    *,
    now: datetime,
    rules: Sequence[Rule] | None = None,
    besides: Besides = NOTHING,
) -> Report:
    """What the rules say about the evidence, and why they failed.

    `rules` stand in an order that puts the needed ones first; `besides` changes no verdict, only how sure causes are.
    """
    asked = catalogue() if rules is None else rules
    seen = besides.seen or _named(evidence, policy, besides)
    answers = _answers(evidence, policy, asked, now.astimezone(UTC).date())
    required = policy.required(asked)
    results = tuple(
        result(rule, answers[rule.id], policy, evidence, required=rule.id in required, besides=besides)
        for rule in asked
    )
    return Report(
        image=str(evidence.image),
        digest=evidence.digest,
        checked_at=now.astimezone(UTC).replace(microsecond=0),
        verdict=verdict(results),
        policy=policy.name,
        platforms=platforms(evidence),
        signatures=signatures(evidence),
        trust=trust(evidence, policy.expected),
        results=results,
        requests=requests(evidence),
        notes=notes(evidence, results, policy),
        workflow=seen.summary() if seen else None,
    )


def _named(evidence: Evidence, policy: Policy, besides: Besides) -> Seen | None:
    """The workflow file that nobody has looked at; its address alone is worth telling."""
    file = workflow_named(evidence, policy, server=besides.server)
    return Seen(file) if file else None


def verdict(results: Iterable[Result]) -> Verdict:
    """FAIL when a required rule failed; else UNKNOWN when one is unknown; else WARN when an advised rule failed."""
    said = [(result.outcome, result.required) for result in results]
    if (Outcome.FAIL, True) in said:
        return Verdict.FAIL
    if (Outcome.UNKNOWN, True) in said:
        return Verdict.UNKNOWN
    return Verdict.WARN if (Outcome.FAIL, False) in said else Verdict.PASS


def _answers(evidence: Evidence, policy: Policy, rules: Sequence[Rule], today: date) -> dict[str, Answer]:
    wanted = closed(policy.require | policy.advise, rules) | policy.required(rules)
    answers: dict[str, Answer] = {}
    for rule in rules:
        answer = ask(rule, evidence, policy.expected, answers) if rule.id in wanted else NOBODY_ASKS
        waiver = policy.waiver(rule.id)
        if answer.outcome is Outcome.FAIL and waiver and today <= waiver.until and not rule.always:
            answer = replace(answer, outcome=Outcome.WAIVED)
        answers[rule.id] = answer
    return answers
