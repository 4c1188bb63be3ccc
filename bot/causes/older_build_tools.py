"""The release before was built with newer tools: an action, or BuildKit itself, went back to an older version."""

from collections.abc import Iterator

from bot.attestations.provenance import Provenance
from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.causes.platforms import provenances
from bot.context import Context
from bot.remedies import build as general
from bot.remedies.build_by_system import ATTESTED

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-lost", "sbom-lost", "provenance-builder-changed"}),
    fix=(
        "Find the change that went back: a branch that an update did not reach, a pinned version that was restored, a"
        " runner with older tools. Use current versions there, too, and set `provenance: mode=max` and `sbom: true`."
    ),
    snippets=ATTESTED,
    verify=general.SEE_MODE,
)

_ATTEMPT = "/attempts/"


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """By what each version of them leaves in the statements, on both sides."""
    earlier = context.earlier
    if earlier is None:
        return None
    now, before = provenances(failure.platforms(context)), provenances(earlier.platforms)
    signs = list(dict.fromkeys(_signs(now, before)))
    return likely(f"{' '.join(signs)}") if signs and now and before else None


def _signs(now: tuple[Provenance, ...], before: tuple[Provenance, ...]) -> Iterator[str]:
    """Only what no newer version leaves out."""
    runs = [one.builder_id for one in now if one.run and one.builder_id == one.run]
    if runs and all(_ATTEMPT not in run for run in runs) and any(_ATTEMPT in one.builder_id for one in before):
        yield (
            "The release before names its run with the attempt, which docker/build-push-action does since 6.0.0; this"
            " one names its run without: an older version of the action built it."
        )
    types = {one.slsa for one in now if one.mode}
    if types == {"v0.2"} and {one.slsa for one in before if one.mode} == {"v1"}:
        yield (
            "The release before has SLSA provenance v1, BuildKit's default since 0.28; this one has v0.2: an older"
            " BuildKit built it."
        )
