"""The catalogue of rules: as a table, as JSON, and the explanation of one rule."""

import json
from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import Final

from bot.remedies.example import as_example
from bot.render.markdown import code
from bot.rules import Rule, Severity

_TOPICS: Final = ("provenance", "sbom", "signature", "attestation", "platform", "tag", "release", "image")
"""Ids begin with their topic. The table has the topics in this order."""
_WIDTH: Final = 100


def listed(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules by topic, the most severe first."""
    order = list(Severity)

    def place(rule: Rule) -> tuple[int, int, str]:
        topic = rule.id.partition("-")[0]
        return _TOPICS.index(topic) if topic in _TOPICS else len(_TOPICS), order.index(rule.severity), rule.id

    return tuple(sorted(rules, key=place))


def text(rules: Sequence[Rule]) -> str:
    """One line per rule."""
    width = max((len(rule.id) for rule in rules), default=0)
    return "".join(f"{rule.id:<{width}}  {rule.severity:<8}  {rule.title}\n" for rule in listed(rules))


def markdown(rules: Iterable[Rule]) -> str:
    """The table in docs/rules.md."""
    rows = "".join(
        f"| {code(rule.id)} | {rule.severity} | {rule.title} | {', '.join(map(code, sorted(rule.needs)))} |\n"
        for rule in listed(rules)
    )
    return f"| rule | severity | finding | needs |\n| --- | --- | --- | --- |\n{rows}"


def explained(rule: Rule) -> str:
    """Everything about one rule, for a terminal. The verify command has placeholders."""
    advice = rule.remediation
    parts = [f"{rule.id} ({rule.severity})\n{rule.title}", _wrapped(rule.rationale)]
    parts += [f"Applies only if these pass: {', '.join(sorted(rule.needs))}"] if rule.needs else []
    parts += [f"Applies only if the policy sets {rule.wants}"] if rule.wants else []
    parts += [f"Not said again when this one fails: {', '.join(sorted(rule.covers))}"] if rule.covers else []
    parts.append(f"What to do\n{_wrapped(advice.text)}")
    parts += [_indented(as_example(advice.snippet))] if advice.snippet else []
    parts += [f"To verify the fix\n{_indented(as_example(advice.verify))}"] if advice.verify else []
    parts += ["\n".join(rule.references)] if rule.references else []
    return "\n\n".join(parts) + "\n"


def as_json(rules: Iterable[Rule]) -> str:
    """These rules as a JSON array."""
    documents = [
        {
            "rule": rule.id,
            "title": rule.title,
            "severity": rule.severity,
            "needs": sorted(rule.needs),
            "covers": sorted(rule.covers),
            "rationale": rule.rationale,
            "remediation": {
                "text": rule.remediation.text,
                "snippet": as_example(rule.remediation.snippet),
                "language": rule.remediation.language,
                "verify": as_example(rule.remediation.verify),
            },
            "references": list(rule.references),
        }
        for rule in listed(rules)
    ]
    return json.dumps(documents, indent=1) + "\n"


def _wrapped(text: str) -> str:
    return fill(text, _WIDTH, break_on_hyphens=False, break_long_words=False)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.rstrip("\n").splitlines())
