"""An image without files: BuildKit has nothing to attest then."""

from bot.causes._case import Case, is_attested, named
from bot.causes._cause import Cure, Explanation, Told, likely
from bot.causes._shapes import has_no_layers
from bot.causes._system import System
from bot.rules import _cures as general

cause = Explanation(
    __name__,
    explains=frozenset({"provenance-missing", "sbom-missing", "provenance-lost", "sbom-lost"}),
    mend="There is nothing to mend; waive the rule for this image, with a reason.",
    cures={
        System.CLI: Cure(
            """\
waivers:
  - rule: provenance-missing
    image: "IMAGE"
    reason: "metadata on top of scratch: no file in it, and nothing to attest"
    until: YYYY-MM-DD        # a day on which somebody looks again
  - rule: sbom-missing
    image: "IMAGE"
    reason: "metadata on top of scratch: no file in it, and nothing to list"
    until: YYYY-MM-DD
""",
            "yaml",
        )
    },
    verify=general.SEE_HERE,
)


@cause
def look(case: Case) -> Told | None:
    """No layer at all; even with mode=max BuildKit writes no provenance of that."""
    empty = [one for one in case.platforms if has_no_layers(one) and not is_attested(one)]
    if not empty:
        return None
    return likely(f"{named(empty)} has no layers: an image of metadata on `scratch` gets no provenance in any mode.")
