"""Provenance was switched off, or never on, in a build by BuildKit that pushed by itself."""

from bot.attestations.head import is_sbom_type
from bot.causes.builders import Builder, builder_of
from bot.causes.cause import CauseRule, Indication, likely, possible
from bot.causes.failure import Failure
from bot.causes.platforms import is_attested, named
from bot.causes.shapes import has_no_layers, is_by_docker
from bot.context import Context
from bot.evidence import PlatformEvidence
from bot.remedies import build as general
from bot.remedies.build_by_system import ATTESTED

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-missing", "provenance-lost"}),
    fix=(
        "Look for `provenance: false`, `--provenance=false` and BUILDX_NO_DEFAULT_ATTESTATIONS, and ask for mode=max"
        " instead. Where a consumer cannot handle the extra entries in the index (AWS Lambda cannot), waive the rule."
    ),
    snippets=ATTESTED,
    verify=general.SEE_PROVENANCE,
    confirmed_by=frozenset({"workflow-provenance-disabled"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """An SBOM without provenance beside it shows it best; without either, other ways lead here, too."""
    if context.evidence.unlinked or context.evidence.missing:
        return None
    if any(statement.is_mislabelled for one in failure.platforms(context) for statement in one.statements):
        return None  # a layer that calls itself provenance and holds something else: that was not switched off
    only_sbom = [platform for platform in failure.platforms(context) if _has_only_sbom(platform)]
    if only_sbom:
        return likely(
            f"BuildKit attached an SBOM to {named(only_sbom)}, but no provenance, which buildx adds by itself unless"
            " it is told not to."
        )
    bare = [platform for platform in failure.platforms(context) if _is_bare(platform)]
    if not bare or is_by_docker(context.evidence) or len(bare) < len(context.evidence.platforms):
        return None
    return possible(
        f"BuildKit built {named(bare)}, and nothing is attached: buildx adds at least min provenance, unless"
        " `provenance: false`, `--provenance=false` or BUILDX_NO_DEFAULT_ATTESTATIONS tells it not to."
    )


def _has_only_sbom(platform: PlatformEvidence) -> bool:
    kinds = [statement.predicate_type for statement in platform.statements if statement.subject_matches]
    return is_attested(platform) and bool(kinds) and all(map(is_sbom_type, kinds))


def _is_bare(platform: PlatformEvidence) -> bool:
    return (
        not is_attested(platform)
        and not platform.statements
        and builder_of(platform) is Builder.BUILDKIT
        and not has_no_layers(platform)
    )
