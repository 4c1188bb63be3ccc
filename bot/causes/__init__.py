"""Why a rule failed: one cause a file; the file's name is its id.

To add a cause: one file here with `cause = CauseRule(__name__, …)` and a look at the evidence decorated with
`@cause`, its line in explained.py, and one test of the same name under
`tests/causes/` with an image that has it and one that looks similar and does not. Nothing here does I/O, and nothing
claims more than the evidence shows.
"""

from typing import Final

from bot.causes.cause import Cause, CauseRule, Sureness
from bot.causes.explained import EXPLAINS
from bot.causes.failure import Failure
from bot.context import Context
from bot.file_table import FileTable

__all__ = ["Cause", "CauseRule", "Failure", "Sureness", "catalogue", "causes"]


_CAUSES: Final = FileTable(__name__, "cause", CauseRule)


def catalogue() -> tuple[CauseRule, ...]:
    """Every cause, by id."""
    return _CAUSES.all


def causes(context: Context, failure: Failure) -> tuple[Cause, ...]:
    """Why that rule failed for that image, surest first; empty when the evidence does not tell.

    Sisters, baseline and workflow may each tell apart what the image alone does not, and make a cause surer.
    """
    names = [name for name, rules in EXPLAINS.items() if failure.rule in rules]
    found = [cause for rule in _CAUSES.some(names) if (cause := rule.cause(context, failure))]
    order = list(Sureness)
    return tuple(sorted(found, key=lambda cause: order.index(cause.sureness)))
