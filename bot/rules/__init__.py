"""The rules, one a file; the file's name is the id.

To add a rule: one file here with `rule = Rule(__name__, …)` and a check decorated with `@rule`, one test of the
same name under `tests/rules/`. It is found by itself; `provenance rules --markdown` renews the table in docs/rules.md.
"""

from functools import cache
from graphlib import TopologicalSorter
from typing import Final

from bot.file_table import FileTable
from bot.rules.rule import (
    IMAGE,
    CodeHostPart,
    Finding,
    Outcome,
    Question,
    Remediation,
    Rule,
    Severity,
    SkippedReason,
)

__all__ = [
    "IMAGE",
    "CodeHostPart",
    "Finding",
    "Outcome",
    "Question",
    "Remediation",
    "Rule",
    "Severity",
    "SkippedReason",
    "catalogue",
]

_RULES: Final = FileTable(__name__, "rule", Rule)


@cache
def catalogue() -> tuple[Rule, ...]:
    """Every rule, those that others need first, else by id."""
    rules = {rule.id: rule for rule in _RULES.all}
    order = TopologicalSorter({rule.id: sorted(rule.needs) for rule in rules.values()}).static_order()
    return tuple(rules[id_] for id_ in order)
