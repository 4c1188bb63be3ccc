"""`docker manifest create` put the index together; it takes platforms alone."""

from bot.causes.builders import Builder, builder_of
from bot.causes.cause import CauseRule, Indication, likely, possible
from bot.causes.failure import Failure
from bot.causes.shapes import is_by_docker, is_unattested
from bot.context import Context
from bot.remedies import build as general
from bot.remedies.build_by_system import JOINED

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}),
    fix=(
        "Join the architectures with `docker buildx imagetools create`, from the index digests that the builds print;"
        " or build all platforms in one step."
    ),
    snippets=JOINED,
    verify=general.SEE_INDEX,
    confirmed_by=frozenset({"workflow-docker-manifest"}),
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """An index without attestations, formatted as `docker manifest` does it."""
    evidence = context.evidence
    if not evidence.is_index or not is_unattested(evidence) or not is_by_docker(evidence):
        return None
    built = {builder_of(platform) for platform in evidence.platforms}
    because = (
        "The index is formatted as `docker manifest create` does it, and names only platforms: that tool does not copy"
        " the attestations of the images that it joins."
    )
    return likely(because) if built & {Builder.BUILDKIT, None} else possible(because)
