"""Images of several builds were joined, and some of them were built without attestations."""

from bot.causes.cause import CauseRule, Indication, certain
from bot.causes.failure import Failure
from bot.causes.platforms import is_attested, named
from bot.causes.shapes import has_no_layers
from bot.context import Context
from bot.remedies import build as general
from bot.remedies.build_by_system import JOINED

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}),
    fix="Build every platform with the same flags: all jobs of the matrix, and all sources that are joined.",
    snippets=JOINED,
    verify=general.SEE_INDEX,
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """Some platforms have attestations, these have none."""
    evidence = context.evidence
    without = [one for one in failure.platforms(context) if not is_attested(one) and not has_no_layers(one)]
    attested = [one for one in evidence.platforms if is_attested(one)]
    if not evidence.is_index or evidence.unlinked or evidence.missing or not without or not attested:
        return None
    return certain(
        f"{named(attested)} of this index {'has' if len(attested) == 1 else 'have'} attestations and {named(without)}"
        f" {'has' if len(without) == 1 else 'have'} none: they come from builds with different flags."
    )
