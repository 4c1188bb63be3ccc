"""`docker manifest create` put the index together; it takes platforms alone."""

from bot.causes._builders import Builder, builder_of
from bot.causes._case import Case
from bot.causes._cause import Explanation, Told, likely, possible
from bot.causes._cures import JOINED
from bot.causes._shapes import is_by_docker, is_unattested
from bot.rules import _cures as general

cause = Explanation(
    __name__,
    explains=frozenset({"provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}),
    mend=(
        "Join the architectures with `docker buildx imagetools create`, from the index digests that the builds print;"
        " or build all platforms in one step."
    ),
    cures=JOINED,
    verify=general.SEE_INDEX,
    confirmed_by=frozenset({"workflow-docker-manifest"}),
)


@cause
def look(case: Case) -> Told | None:
    """An index that nothing hangs on, written as `docker manifest` writes."""
    evidence = case.evidence
    if not evidence.is_index or not is_unattested(evidence) or not is_by_docker(evidence):
        return None
    built = {builder_of(platform) for platform in evidence.platforms}
    because = (
        "The index is written as `docker manifest create` writes it, and names platforms alone: that tool leaves the"
        " attestations of what it joins behind."
    )
    return likely(because) if built & {Builder.BUILDKIT, None} else possible(because)
