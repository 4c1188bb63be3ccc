"""The builder did not run yet when the action asked for its version: the first image of the job is in min mode."""

from bot.attestations.provenance import Mode
from bot.causes.cause import CauseRule, Indication, likely, possible
from bot.causes.failure import Failure
from bot.causes.platforms import is_unnamed_min, provenances
from bot.causes.relatives import siblings
from bot.causes.system import is_on_github
from bot.context import Context
from bot.remedies import build as general
from bot.remedies.build_by_system import BOOTED

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-mode-min", "provenance-lost"}),
    fix=(
        "If the job creates its own builder, boot it right away (`docker buildx create --bootstrap`), and set"
        " `provenance: mode=max` in each build step."
    ),
    snippets=BOOTED,
    verify=general.SEE_MODE,
    confirmed_by=frozenset({"workflow-builder-not-booted"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """Only the first image of a job is hit: what became of the others of the same build tells it."""
    if not is_on_github(context.evidence) or not any(map(is_unnamed_min, provenances(failure.platforms(context)))):
        return None
    others = [provenance for sibling in siblings(context) for provenance in provenances(sibling.platforms)]
    if any(provenance.mode is Mode.MAX and provenance.run for provenance in others):
        return likely(
            "Another image of the same build is in max mode and names its run, this one is in min mode and names none:"
            " the action could not see the builder's version for the first image of the job."
        )
    if others:
        return None
    return possible(
        "The source is on GitHub: an action finds no version of a builder that `docker buildx create` made and that"
        " was not booted, and passes nothing for the first image of the job."
    )
