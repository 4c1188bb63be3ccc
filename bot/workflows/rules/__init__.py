"""The rules on CI files, one a file; the file's name is the id. All begin with workflow-, so none meets one on images.

To add a rule: one file here with `rule = LintRule(__name__, …)` and a check decorated with `@rule`, and one test of
the same name under `tests/workflows/rules/`. It is found by itself.
"""

import pkgutil
from functools import cache
from importlib import import_module

from bot.workflows.rule import Follow, LintContext, LintFinding, LintRule

__all__ = ["Follow", "LintContext", "LintFinding", "LintRule", "catalogue"]


@cache
def catalogue() -> tuple[LintRule, ...]:
    """Every rule, by id."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return tuple(import_module(f"{__name__}.{name}").rule for name in names)
