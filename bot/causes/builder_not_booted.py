"""The builder did not run yet when the action asked for its version: the first image of the job is in min mode."""

from bot.attestations.provenance import Mode
from bot.causes._case import Case, is_unnamed_min, provenances
from bot.causes._cause import Explanation, Told, likely, possible
from bot.causes._cures import BOOTED
from bot.causes._system import is_on_github
from bot.rules import _cures as general

cause = Explanation(
    __name__,
    explains=frozenset({"provenance-mode-min", "provenance-lost"}),
    mend=(
        "If the job makes its builder itself, boot it at once (`docker buildx create --bootstrap`), and write"
        " `provenance: mode=max` into each build step."
    ),
    cures=BOOTED,
    verify=general.SEE_MODE,
    confirmed_by=frozenset({"workflow-builder-not-booted"}),
)


@cause
def look(case: Case) -> Told | None:
    """Only the first image of a job is hit: what became of the others of the same build tells it."""
    if not is_on_github(case) or not any(map(is_unnamed_min, provenances(case.platforms))):
        return None
    others = [provenance for sibling in case.siblings for provenance in provenances(sibling.platforms)]
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
