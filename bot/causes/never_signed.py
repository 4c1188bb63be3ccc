"""No step signs the image."""

from bot.causes._case import Case
from bot.causes._cause import Explanation, Told, likely, possible
from bot.causes._signing import SEE, SIGNED

cause = Explanation(
    __name__,
    explains=frozenset({"signature-missing", "signature-lost", "attestation-unsigned"}),
    mend="Sign by digest in the job that pushes, as its last step.",
    cures=SIGNED,
    verify=SEE,
    confirmed_by=frozenset({"workflow-image-never-signed"}),
)


@cause
def look(case: Case) -> Told | None:
    """Nothing in any layout; what is signed beside it makes that less likely."""
    evidence = case.evidence
    if evidence.signatures or not evidence.signatures_searched or evidence.signatures_unreadable:
        return None
    signed = [other for other in (*case.other_registries, *case.siblings, case.baseline) if other and other.signatures]
    if signed:
        return possible("There is no signature in any layout, though others that belong to this image are signed.")
    return likely(
        "There is no signature in any layout, neither at the index nor at any platform: a step that signs is not there,"
        " or did not run."
    )
