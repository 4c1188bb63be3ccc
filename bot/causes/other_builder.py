"""A builder that attaches neither provenance nor SBOM."""

from bot.causes.builders import Builder, builder_of
from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.causes.platforms import is_attested
from bot.context import Context
from bot.remedies.build_by_system import ATTESTED_AFTERWARDS

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}),
    fix=(
        "This builder attaches nothing by itself: attach provenance and SBOM after the last push, to the digest of the"
        " final index. Otherwise waive the rule for these tags, with a reason."
    ),
    snippets=ATTESTED_AFTERWARDS,
    verify="gh attestation verify oci://IMAGE@DIGEST --owner OWNER\nprovenance check IMAGE\n",
    confirmed_by=frozenset({"workflow-other-builder"}),
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """The history's last step and the labels name it."""
    bare = [platform for platform in failure.platforms(context) if not is_attested(platform)]
    found = {builder for platform in bare if (builder := builder_of(platform)) not in {None, Builder.BUILDKIT}}
    if not found:
        return None
    names = " and ".join(sorted(str(builder) for builder in found))
    return likely(f"The image's history and labels say that {names} made it, which attaches no attestations.")
