"""The signing step signs the index alone."""

from bot.causes.cause import CauseRule, Indication, certain
from bot.causes.failure import Failure
from bot.context import Context
from bot.remedies.signing_by_system import SEE, SIGNED

cause = CauseRule(
    __name__,
    explains=frozenset({"signature-platform-uncovered"}),
    fix="Add `--recursive` to `cosign sign`, if somebody verifies platforms by their own digests.",
    snippets=SIGNED,
    verify=SEE,
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """A signature at the index, and none at any of these platforms."""
    at = {signature.digest for signature in context.evidence.signatures}
    if context.evidence.digest not in at or any(platform.digest in at for platform in failure.platforms(context)):
        return None
    return certain(
        "The index is signed and no platform is: `cosign sign` signs what it is given, and nothing below it."
    )
