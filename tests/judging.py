"""Rules that always say the same, and what a report says of them."""

from bot.evidence import Evidence
from bot.policy import Policy, default_policy
from bot.report import Report, Result
from bot.rules import Finding, Outcome, Remediation, Rule, Severity
from tests.making import NOW, reported


def result(report: Report, rule: str) -> Result:
    return next(each for each in report.results if each.rule == rule)


def judged(evidence: Evidence, policy: Policy | None = None) -> Report:
    return reported(evidence, policy or default_policy(), now=NOW)


def made(
    name: str, *findings: Finding, needs: frozenset[str] = frozenset(), severity: Severity = Severity.HIGH
) -> Rule:
    """A rule that always says the same."""
    rule = Rule(f"tests.{name}", name, severity, "why", Remediation("fix it"), needs)
    rule(lambda _: findings)
    return rule


def said(outcome: Outcome, subject: str = "linux/amd64", severity: Severity | None = None) -> Finding:
    return Finding(outcome, subject, "because", severity)


def requiring(*rules: Rule) -> Policy:
    return Policy(name="test", require=frozenset(rule.id for rule in rules))
