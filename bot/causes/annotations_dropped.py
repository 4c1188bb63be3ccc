"""The index was written anew without its annotations; attestations are there, but tied to nothing."""

from bot.causes.cause import CauseRule, Indication, certain
from bot.causes.failure import Failure
from bot.causes.platforms import is_attested
from bot.context import Context
from bot.evidence import UnlinkedReason
from bot.remedies import build as general
from bot.remedies.build_by_system import JOINED

cause = CauseRule(
    __name__,
    explains=frozenset({"attestation-unlinked", "provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}),
    fix=(
        "Put indexes together with `docker buildx imagetools create`, which keeps the annotations; `buildah manifest"
        " add --all` and tools that write the index anew do not."
    ),
    snippets=JOINED,
    verify=general.SEE_INDEX,
    confirmed_by=frozenset({"workflow-copy-loses-attestations"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """Attestation manifests stand in the index without a word about whose they are."""
    loose = [one for one in context.evidence.unlinked if one.reason is UnlinkedReason.NO_ANNOTATIONS]
    if not loose or all(map(is_attested, failure.platforms(context))):
        return None
    return certain(
        f"{len(loose)} attestation manifests stand in the index without their annotations, so that nothing says which"
        " platform they are about: a tool wrote the index anew and dropped them."
    )
