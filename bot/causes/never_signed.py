"""No step signs the image."""

from bot.causes.cause import CauseRule, Indication, likely, possible
from bot.causes.failure import Failure
from bot.causes.relatives import copies, siblings
from bot.context import Context
from bot.remedies.signing_by_system import SEE, SIGNED

cause = CauseRule(
    __name__,
    explains=frozenset({"signature-missing", "signature-lost", "attestation-unsigned"}),
    fix="Sign by digest in the job that pushes, as its last step.",
    snippets=SIGNED,
    verify=SEE,
    confirmed_by=frozenset({"workflow-image-never-signed"}),
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """Nothing in any layout; what is signed beside it makes that less likely."""
    evidence = context.evidence
    if evidence.signatures or not evidence.signatures_searched or evidence.signatures_unreadable:
        return None
    signed = [other for other in (*copies(context), *siblings(context), context.earlier) if other and other.signatures]
    if signed:
        return possible("No layout has a signature, though other images that belong to this one are signed.")
    return likely(
        "No layout has a signature, neither on the index nor on a platform: a signing step is missing, or it did not"
        " run."
    )
