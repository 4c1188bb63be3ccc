"""The signing step signs the index alone."""

from bot.causes.case import Case
from bot.causes.cause import CauseRule, Diagnosis, certain
from bot.remedies.signing_by_system import SEE, SIGNED

cause = CauseRule(
    __name__,
    explains=frozenset({"signature-platform-uncovered"}),
    fix="Add `--recursive` to `cosign sign`, if somebody verifies platforms by their own digests.",
    snippets=SIGNED,
    verify=SEE,
)


@cause
def look(case: Case) -> Diagnosis | None:
    """A signature at the index, and none at any of these platforms."""
    at = {signature.digest for signature in case.evidence.signatures}
    if case.evidence.digest not in at or any(platform.digest in at for platform in case.platforms):
        return None
    return certain(
        "The index is signed and no platform is: `cosign sign` signs what it is given, and nothing below it."
    )
