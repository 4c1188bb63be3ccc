"""A copy that recompressed the layers: the platforms have new digests, the attestations name the old ones."""

from bot.causes.cause import CauseRule, Indication, certain
from bot.causes.failure import Failure
from bot.causes.platforms import is_attested
from bot.context import Context
from bot.evidence import UnlinkedReason
from bot.remedies import build as general
from bot.remedies.build_by_system import COPIED

cause = CauseRule(
    __name__,
    explains=frozenset(
        {
            "attestation-unlinked",
            "provenance-missing",
            "sbom-missing",
            "provenance-lost",
            "sbom-lost",
            "tag-registries-differ",
        }
    ),
    fix=(
        "Copy without changing anything: no `--dest-force-compress-format`, no `--format`, no rebasing after the"
        " build; or build again for the target registry."
    ),
    snippets=COPIED,
    verify=general.SEE_INDEX,
    confirmed_by=frozenset({"workflow-copy-loses-attestations"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """References point to digests that are not there, and no attestation refers to some of the platforms."""
    evidence = context.evidence
    dangling = [one for one in evidence.unlinked if one.reason is UnlinkedReason.DANGLING]
    alone = [platform for platform in evidence.platforms if not is_attested(platform)]
    if not dangling or not alone or not set(alone) & set(failure.platforms(context)):
        return None
    return certain(
        f"{len(dangling)} attestations of the index are about manifests that it no longer has, and {len(alone)} of its"
        " platforms have none: a tool rewrote the platforms after the build and did not update the references."
    )
