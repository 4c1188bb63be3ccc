"""In a private repository Docker's action asks for min mode unless it is told otherwise."""

from bot.attestations.provenance import Mode, Provenance
from bot.causes.cause import CauseRule, Indication, likely, possible
from bot.causes.failure import Failure
from bot.causes.platforms import provenances
from bot.context import Context
from bot.remedies import build as general
from bot.remedies.build_by_system import ATTESTED

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-mode-min", "provenance-lost"}),
    fix=(
        "Write `provenance: mode=max` into the build step. It publishes build arguments to everybody with pull"
        " access, so first pass secrets as secret mounts."
    ),
    snippets=ATTESTED,
    verify=general.SEE_MODE,
    confirmed_by=frozenset({"workflow-provenance-not-explicit"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """Min, with the run's address in builder.id: an action asked for it."""
    by_action = [provenance for provenance in provenances(failure.platforms(context)) if is_min_of_action(provenance)]
    private = {provenance.repository_private for provenance in by_action}
    if True in private:
        return likely(
            "The provenance is in min mode, its builder.id is the address of a run, and the run's event says that the"
            " repository is private: there the action's default is min."
        )
    if None in private:
        return possible(
            "The provenance is in min mode and its builder.id is the address of a run: Docker's action passed it, and"
            " in a private repository min is its default."
        )
    return None


def is_min_of_action(provenance: Provenance) -> bool:
    """Docker's actions put the address of their run into builder.id."""
    return provenance.mode is Mode.MIN and bool(provenance.builder_id) and provenance.builder_id == provenance.run
