"""No mode was given, and buildx used min."""

from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.causes.platforms import is_unnamed_min, named, provenances
from bot.causes.system import is_on_github
from bot.context import Context
from bot.evidence import PlatformEvidence
from bot.remedies import build as general
from bot.remedies.build_by_system import ATTESTED

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-mode-min", "provenance-builder-unknown", "provenance-lost"}),
    fix=(
        "Set the mode explicitly where the image is built: `provenance: mode=max` in the step of an action,"
        " `--provenance=mode=max` for `docker buildx build`, `attest` in a bake file."
    ),
    snippets=ATTESTED,
    verify=general.SEE_MODE,
    confirmed_by=frozenset({"workflow-provenance-not-explicit"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """Min with an empty builder.id: what was asked for came from buildx itself."""
    found = [platform for platform in failure.platforms(context) if _is_it(platform)]
    if not found:
        return None
    action = (
        " Docker's actions would have left the address of their run there." if is_on_github(context.evidence) else ""
    )
    return likely(
        f"The provenance of {named(found)} is in min mode and its builder.id is empty: that is what buildx records when"
        f" nobody asks for a mode.{action}"
    )


def _is_it(platform: PlatformEvidence) -> bool:
    return any(is_unnamed_min(provenance) for provenance in provenances((platform,)))
