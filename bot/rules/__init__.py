"""The rules, one a file; the file's name is the id.

To add a rule: one file here with `rule = Rule(__name__, …)` and a check decorated with `@rule`, one test of the
same name under `tests/rules/`. It is found by itself; the README's table is renewed with `provenance rules --markdown`.
"""

import pkgutil
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module

from bot.rules._rule import Finding, Outcome, Remediation, Rule, Severity

__all__ = ["Finding", "Outcome", "Remediation", "Rule", "Severity", "catalogue"]


@cache
def catalogue() -> tuple[Rule, ...]:
    """Every rule, those that others need first, else by id."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    rules = {rule.id: rule for rule in (import_module(f"{__name__}.{name}").rule for name in names)}
    order = TopologicalSorter({rule.id: sorted(rule.needs) for rule in rules.values()}).static_order()
    return tuple(rules[id_] for id_ in order)
