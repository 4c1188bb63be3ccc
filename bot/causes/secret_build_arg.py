"""A secret was handed to the build as a build argument."""

from bot.attestations.provenance import Provenance, RecordPlace
from bot.attestations.secrets import looks_secret, shown
from bot.causes.cause import CauseRule, Indication, certain
from bot.causes.failure import Failure
from bot.context import Context
from bot.evidence import PlatformEvidence
from bot.remedies import build as general
from bot.remedies.build_by_system import NO_SECRETS

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-secret-exposed"}),
    fix=(
        "Revoke the credential now. Then pass it as a secret mount (`RUN --mount=type=secret`): only its name is"
        " recorded. Min mode only hides what was already pushed."
    ),
    snippets=NO_SECRETS,
    verify=general.SEE_HERE,
    confirmed_by=frozenset({"workflow-secret-in-build-arg"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """By the places and names of what looks secret; values stay where they are."""
    names = sorted({name for platform in failure.platforms(context) for name in _arguments(platform)})
    if not names:
        return None
    called = f"the build argument {names[0]}" if len(names) == 1 else f"the build arguments {', '.join(names[:3])}"
    return certain(f"It was passed as {called}: the provenance records every build argument with its value.")


def _arguments(platform: PlatformEvidence) -> list[str]:
    told = platform.everything_told or (platform.provenance,)
    exposed = [text for one in told if isinstance(one, Provenance) for text in one.exposed]
    return [shown(text.key)[:80] for text in exposed if text.place == RecordPlace.BUILD_ARGUMENT and looks_secret(text)]
