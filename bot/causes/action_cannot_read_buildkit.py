"""An old action could not read BuildKit's version and passed no provenance option: buildx used min."""

from bot.attestations.provenance import Mode
from bot.causes.cause import CauseRule, Indication, likely, possible
from bot.causes.failure import Failure
from bot.causes.platforms import is_unnamed_min, provenances
from bot.causes.relatives import siblings
from bot.causes.system import is_on_github
from bot.context import Context
from bot.remedies import build as general
from bot.remedies.build_by_system import ATTESTED

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-mode-min", "provenance-lost"}),
    fix=(
        "If docker/build-push-action up to 5.2.0 or docker/bake-action up to 4.2.0 builds it, use a current version,"
        " and set `provenance: mode=max`: then the default no longer matters."
    ),
    snippets=ATTESTED,
    verify=general.SEE_MODE,
    confirmed_by=frozenset({"workflow-action-too-old"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """Such an action fails for every image of a run; a single one in max mode rules it out."""
    found = provenances(failure.platforms(context))
    if not is_on_github(context.evidence) or not any(map(is_unnamed_min, found)):
        return None
    if any(provenance.repository_private for provenance in found):
        return None  # there the action asks for min anyway, and leaves the run's address
    others = [provenance for sibling in siblings(context) for provenance in provenances(sibling.platforms)]
    if any(provenance.mode is Mode.MAX for provenance in others):
        return None
    if others and all(map(is_unnamed_min, others)):
        return likely(
            "Every image of this build is in min mode with an empty builder.id: an action that cannot read BuildKit's"
            " version passes nothing, for all of them."
        )
    return possible(
        "The source is on GitHub: docker/build-push-action up to 5.2.0 cannot read the version of the BuildKit that"
        " comes with buildx 0.13 and later, and then passes nothing."
    )
