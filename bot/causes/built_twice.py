"""Each registry got a build of its own: the same commit, and two digests."""

from collections.abc import Iterator

from bot.attestations.secrets import shown
from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.causes.platforms import provenances
from bot.causes.relatives import copies
from bot.context import Context
from bot.evidence import Evidence
from bot.remedies import tags
from bot.remedies.build_by_system import COPIED

cause = CauseRule(
    __name__,
    explains=frozenset({"tag-registries-differ"}),
    fix=(
        "Build once: name both registries' tags in one build step, or copy the image from one registry to the other."
        " Two builds never give the same digest: times, caches and downloads differ."
    ),
    snippets=COPIED,
    verify=tags.SEE_DIGESTS,
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """Both have provenance, of one commit, and no platform in common."""
    own = context.evidence
    commits = set(_commits(own))
    for other in copies(context):
        if other.digest == own.digest or {one.digest for one in own.platforms} & {
            one.digest for one in other.platforms
        }:
            continue
        if common := sorted(commits & set(_commits(other))):
            source, revision = common[0]
            built = f"a build of {shown(source)} at {shown(revision)[:12]}"
            return likely(
                f"Here and at {other.image.registry} the tag is {built}, and no platform has the same digest: it was"
                " built once for each registry."
            )
    return None


def _commits(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for provenance in provenances(evidence.platforms):
        if provenance.source and provenance.revision:
            yield provenance.source, provenance.revision
