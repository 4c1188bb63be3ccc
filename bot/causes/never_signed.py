"""No step signs the image."""

from bot.causes.case import Case
from bot.causes.cause import CauseRule, Diagnosis, likely, possible
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
def look(case: Case) -> Diagnosis | None:
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
