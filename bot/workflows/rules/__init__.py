"""The rules on CI files, one a file; the file's name is the id. All begin with workflow-, so none meets one on images.

To add a rule: one file here with `rule = LintRule(__name__, …)` and a check decorated with `@rule`, and one test of
the same name under `tests/workflows/rules/`. It is found by itself.
"""

from typing import Final

from bot.file_table import FileTable
from bot.workflows.rule import Follow, LintContext, LintFinding, LintRule

__all__ = ["Follow", "LintContext", "LintFinding", "LintRule", "catalogue"]

_RULES: Final = FileTable(__name__, "rule", LintRule)


def catalogue() -> tuple[LintRule, ...]:
    """Every rule, by id."""
    return _RULES.all
