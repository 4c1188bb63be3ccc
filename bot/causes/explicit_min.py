"""The workflow explicitly asks for min mode."""

from bot.causes.cause import CauseRule, Indication, likely, possible
from bot.causes.failure import Failure
from bot.causes.platforms import provenances
from bot.causes.private_default import is_min_of_action
from bot.context import Context
from bot.remedies import build as general
from bot.remedies.build_by_system import ATTESTED

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-mode-min", "provenance-lost"}),
    fix="Change `mode=min` to `mode=max` in the build step.",
    snippets=ATTESTED,
    verify=general.SEE_MODE,
    confirmed_by=frozenset({"workflow-provenance-min"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """In a public repository the action's own default would be max."""
    by_action = [provenance for provenance in provenances(failure.platforms(context)) if is_min_of_action(provenance)]
    private = {provenance.repository_private for provenance in by_action}
    if private == {False}:
        return likely(
            "The provenance is in min mode, its builder.id is the address of a run, and the repository is public: the"
            " action's default there is max, so somebody asked for min."
        )
    if private:
        return possible(
            "The provenance is in min mode and its builder.id is the address of a run: an action passed it, maybe"
            " because the workflow asks for it."
        )
    return None
