"""Why a rule failed: one cause a file; the file's name is its id.

To add a cause: one file here with `cause = Explanation(__name__, …)` and a look at the evidence decorated with
`@cause`, and one test of the same name under `tests/causes/` with an image that has it and one that looks alike and
does not. It is found by itself. Nothing here does I/O, and nothing claims more than the evidence shows.
"""

import pkgutil
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module

from bot.causes._case import Case, WorkflowFinding
from bot.causes._cause import Cause, Explanation, Sureness
from bot.evidence import Evidence
from bot.rules import Finding

__all__ = ["Cause", "Explanation", "Sureness", "WorkflowFinding", "catalogue", "causes"]


@cache
def catalogue() -> tuple[Explanation, ...]:
    """Every cause, by id."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return tuple(import_module(f"{__name__}.{name}").cause for name in names)


def causes(  # noqa: PLR0913 - each is another witness
    evidence: Evidence,
    rule_id: str,
    findings: Iterable[Finding],
    *,
    baseline: Evidence | None = None,
    sisters: Sequence[Evidence] = (),
    workflow: Iterable[WorkflowFinding] | None = None,
) -> tuple[Cause, ...]:
    """Why that rule failed for that image, surest first; empty when the evidence does not tell.

    `findings` are the rule's. `baseline` is an earlier release of the image, `sisters` are the same tag in other
    registries and other images of the same build, `workflow` what is wrong with the file that built it: each may tell
    apart what the image alone does not, and make a cause surer.
    """
    others = tuple(sister for sister in sisters if sister.image != evidence.image)
    case = Case(evidence, rule_id, tuple(findings), baseline, others, tuple(workflow or ()))
    found = [cause for explanation in catalogue() if (cause := explanation.cause(case))]
    order = list(Sureness)
    return tuple(sorted(found, key=lambda cause: order.index(cause.sureness)))
