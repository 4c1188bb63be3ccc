"""The signing step signs the index alone."""

from bot.causes._case import Case
from bot.causes._cause import Explanation, Told, certain
from bot.causes._signing import SEE, SIGNED

cause = Explanation(
    __name__,
    explains=frozenset({"signature-platform-uncovered"}),
    mend="Add `--recursive` to `cosign sign`, if somebody verifies platforms by their own digests.",
    cures=SIGNED,
    verify=SEE,
)


@cause
def look(case: Case) -> Told | None:
    """A signature at the index, and none at any of these platforms."""
    at = {signature.digest for signature in case.evidence.signatures}
    if case.evidence.digest not in at or any(platform.digest in at for platform in case.platforms):
        return None
    return certain(
        "The index is signed and no platform is: `cosign sign` signs what it is given, and nothing below it."
    )
