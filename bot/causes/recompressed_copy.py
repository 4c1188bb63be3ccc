"""A copy that packed the layers anew: the platforms have new digests, the attestations name the old ones."""

from bot.causes.case import Case, is_attested
from bot.causes.cause import CauseRule, Diagnosis, certain
from bot.remedies import build as general
from bot.remedies.build_by_system import COPIED

cause = CauseRule(
    __name__,
    explains=frozenset({"attestation-unlinked", "provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}),
    fix=(
        "Copy without changing anything: no `--dest-force-compress-format`, no `--format`, no rebasing after the build;"
        " or build again where the image is to live."
    ),
    snippets=COPIED,
    verify=general.SEE_INDEX,
    confirmed_by=frozenset({"workflow-copy-loses-attestations"}),
)


@cause
def look(case: Case) -> Diagnosis | None:
    """References dangle, and platforms stand there that nothing refers to any more."""
    evidence = case.evidence
    dangling = [one for one in evidence.unlinked if one.reason.startswith("its reference digest")]
    alone = [platform for platform in evidence.platforms if not is_attested(platform)]
    if not dangling or not alone or not set(alone) & set(case.platforms):
        return None
    return certain(
        f"{len(dangling)} attestations of the index are about manifests that it no longer has, and {len(alone)} of its"
        " platforms have none: a tool wrote the platforms anew after the build, and left the references as they were."
    )
