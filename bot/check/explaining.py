"""The second step: why the rules that failed did so, made once, after judging."""

from collections.abc import Mapping

from msgspec import Struct

from bot.causes import Cause, Failure, causes
from bot.check.judging import Judgement
from bot.check.lines import lines, patches, witnesses
from bot.check.workflow import Seen
from bot.context import Context
from bot.report import LineSummary, PatchSummary
from bot.values import replace


class Diagnosis(Struct, frozen=True):
    """Why one rule failed: the causes, surest first; the lines of the workflow that explain it; what fixes them."""

    causes: tuple[Cause, ...] = ()
    lines: tuple[LineSummary, ...] = ()
    patches: tuple[PatchSummary, ...] = ()


def explain(context: Context, judgement: Judgement, seen: Seen | None = None) -> Mapping[str, Diagnosis]:
    """A diagnosis for each rule that failed. `seen` is the workflow that built the image, where somebody read it.

    The workflow tells apart what the image alone does not; it changes no verdict, only how sure causes are.
    """
    image = context.evidence.image.name
    context = replace(context, workflow=witnesses(seen, image)) if seen else context
    return {
        rule: Diagnosis(
            causes(context, Failure(rule, judgement.answers[rule].findings)),
            lines(seen, rule, image),
            patches(seen, {rule}, image),
        )
        for rule in judgement.failed
    }
