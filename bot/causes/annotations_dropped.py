"""A tool rewrote the index without its annotations; attestations are there, but not linked to a platform."""

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
        "Create indexes with `docker buildx imagetools create`, which keeps the annotations; `buildah manifest add"
        " --all` and tools that rewrite the index do not."
    ),
    snippets=JOINED,
    verify=general.SEE_INDEX,
    confirmed_by=frozenset({"workflow-copy-loses-attestations"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """The index has attestation manifests and does not say which platforms they are about."""
    loose = [one for one in context.evidence.unlinked if one.reason is UnlinkedReason.NO_ANNOTATIONS]
    if not loose or all(map(is_attested, failure.platforms(context))):
        return None
    return certain(
        f"{len(loose)} attestation manifests are in the index without annotations, so it is not known which platform"
        " they are about: a tool rewrote the index and dropped the annotations."
    )
