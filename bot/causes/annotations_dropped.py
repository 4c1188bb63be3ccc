"""The index was written anew without its annotations; attestations are there, but tied to nothing."""

from bot.causes._case import Case, is_attested
from bot.causes._cause import Explanation, Told, certain
from bot.causes._cures import JOINED
from bot.rules import _cures as general

cause = Explanation(
    __name__,
    explains=frozenset({"attestation-unlinked", "provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}),
    mend=(
        "Put indexes together with `docker buildx imagetools create`, which keeps the annotations; `buildah manifest"
        " add --all` and tools that write the index anew do not."
    ),
    cures=JOINED,
    verify=general.SEE_INDEX,
    confirmed_by=frozenset({"workflow-copy-loses-attestations"}),
)


@cause
def look(case: Case) -> Told | None:
    """Attestation manifests stand in the index without a word about whose they are."""
    loose = [one for one in case.evidence.unlinked if one.reason == "annotations dropped"]
    if not loose or all(map(is_attested, case.platforms)):
        return None
    return certain(
        f"{len(loose)} attestation manifests stand in the index without their annotations, so that nothing says which"
        " platform they are about: a tool wrote the index anew and dropped them."
    )
