"""An image without files: BuildKit has nothing to attest then."""

from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.causes.platforms import is_attested, named
from bot.causes.shapes import has_no_layers
from bot.context import Context
from bot.remedies import build as general
from bot.remedies.snippet import Snippet, System

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}),
    fix="There is nothing to fix; waive the rule for this image, with a reason.",
    snippets={
        System.CLI: Snippet(
            """\
waivers:
  - rule: provenance-missing
    image: "IMAGE"
    reason: "metadata on top of scratch: no file in it, and nothing to attest"
    until: UNTIL        # a day on which somebody looks again
  - rule: sbom-missing
    image: "IMAGE"
    reason: "metadata on top of scratch: no file in it, and nothing to list"
    until: UNTIL
""",
            "yaml",
        )
    },
    verify=general.SEE_HERE,
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """No layer at all; even with mode=max BuildKit writes no provenance of that."""
    empty = [one for one in failure.platforms(context) if has_no_layers(one) and not is_attested(one)]
    if not empty:
        return None
    return likely(f"{named(empty)} has no layers: an image of metadata on `scratch` gets no provenance in any mode.")
