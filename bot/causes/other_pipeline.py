"""The release before came out of a CI run, and this image did not, or out of another repository's."""

from collections.abc import Iterator

from bot.attestations.secrets import shown
from bot.causes.cause import CauseRule, Indication, likely, possible
from bot.causes.failure import Failure
from bot.causes.platforms import provenances
from bot.context import Context
from bot.evidence import Evidence
from bot.remedies import build as general
from bot.remedies.build_by_system import ATTESTED

cause = CauseRule(
    __name__,
    explains=frozenset(
        {"provenance-lost", "sbom-lost", "signature-lost", "platform-lost", "provenance-builder-changed"}
    ),
    fix=(
        "Find out who pushed this image, and from where. Release it again from the workflow that built the release"
        " before, and let nobody else push release tags."
    ),
    snippets=ATTESTED,
    verify=general.SEE_HERE,
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """Runs are named by their addresses; without any provenance here, nobody can tell."""
    if context.earlier is None:
        return None
    before, now = set(_runs(context.earlier)), set(_runs(context.evidence))
    told = provenances(context.evidence.platforms)
    if not before or not told or before & now:
        return None
    was = min(before)
    if now:
        return likely(f"The release before was built by a run of {was}, this one by a run of {min(now)}.")
    return possible(
        f"The release before names a run of {was} as its builder, this one names no run: it was built on somebody's own"
        " machine or by another system, or the action passed nothing on."
    )


def _runs(evidence: Evidence) -> Iterator[str]:
    """The repositories whose runs built it, e.g. github.com/acme/app."""
    for provenance in provenances(evidence.platforms):
        if provenance.run:
            yield shown(provenance.run.partition("/actions/runs/")[0].removeprefix("https://").lower())
