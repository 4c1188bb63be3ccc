"""Why a rule failed: one cause a file; the file's name is its id.

To add a cause: one file here with `cause = CauseRule(__name__, …)` and a look at the evidence decorated with
`@cause`, and one test of the same name under `tests/causes/` with an image that has it and one that looks alike and
does not. It is found by itself. Nothing here does I/O, and nothing claims more than the evidence shows.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.causes.case import Case, WorkflowFinding
from bot.causes.cause import Cause, CauseRule, Sureness
from bot.evidence import Evidence
from bot.registry import Registry
from bot.rules import Finding

__all__ = ["Cause", "CauseRule", "Sureness", "WorkflowFinding", "catalogue", "causes"]


_CAUSES: Final = Registry(__name__, "cause", CauseRule)


def catalogue() -> tuple[CauseRule, ...]:
    """Every cause, by id."""
    return _CAUSES.all


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
