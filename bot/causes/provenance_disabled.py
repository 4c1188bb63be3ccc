"""Provenance was switched off, or never on, in a build by BuildKit that pushed by itself."""

from bot.attestations.head import is_sbom_type
from bot.causes._builders import Builder, builder_of
from bot.causes._case import Case, is_attested, named
from bot.causes._cause import Explanation, Told, likely, possible
from bot.causes._cures import ATTESTED
from bot.causes._shapes import has_no_layers, is_by_docker
from bot.evidence import PlatformEvidence
from bot.rules import _cures as general

cause = Explanation(
    __name__,
    explains=frozenset({"provenance-missing", "provenance-lost"}),
    mend=(
        "Look for `provenance: false`, `--provenance=false` and BUILDX_NO_DEFAULT_ATTESTATIONS, and ask for mode=max"
        " instead. Where something cannot bear the extra entries in the index (AWS Lambda does not), waive the rule."
    ),
    cures=ATTESTED,
    verify=general.SEE_PROVENANCE,
    confirmed_by=frozenset({"workflow-provenance-disabled"}),
)


@cause
def look(case: Case) -> Told | None:
    """An SBOM without provenance beside it shows it best; without either, other ways lead here, too."""
    if case.evidence.unlinked or case.evidence.missing:
        return None
    only_sbom = [platform for platform in case.platforms if _has_only_sbom(platform)]
    if only_sbom:
        return likely(
            f"BuildKit attached an SBOM to {named(only_sbom)}, but no provenance, which buildx adds by itself unless"
            " it is told not to."
        )
    bare = [platform for platform in case.platforms if _is_bare(platform)]
    if not bare or is_by_docker(case.evidence) or len(bare) < len(case.evidence.platforms):
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
