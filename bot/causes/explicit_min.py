"""The workflow asks for min mode in so many words."""

from bot.causes._case import Case, provenances
from bot.causes._cause import Explanation, Told, likely, possible
from bot.causes._cures import ATTESTED
from bot.causes.private_default import is_min_of_action
from bot.rules import _cures as general

cause = Explanation(
    __name__,
    explains=frozenset({"provenance-mode-min", "provenance-lost"}),
    mend="Change `mode=min` to `mode=max` in the build step.",
    cures=ATTESTED,
    verify=general.SEE_MODE,
    confirmed_by=frozenset({"workflow-provenance-min"}),
)


@cause
def look(case: Case) -> Told | None:
    """In a public repository the action's own default would be max."""
    by_action = [provenance for provenance in provenances(case.platforms) if is_min_of_action(provenance)]
    private = {provenance.repository_private for provenance in by_action}
    if private == {False}:
        return likely(
            "The provenance is in min mode, its builder.id is the address of a run, and the repository is public: the"
            " action's default there is max, so somebody asked for min."
        )
    if private:
        return possible(
            "The provenance is in min mode and its builder.id is the address of a run: an action passed it, perhaps"
            " because it was told to."
        )
    return None
