"""The image was copied, what is signed about it was not."""

from bot.causes.case import Case
from bot.causes.cause import CauseRule, Diagnosis, certain
from bot.evidence import Evidence
from bot.remedies.build_by_system import COPIED_SIGNED
from bot.remedies.signing_by_system import SEE_REFERRERS
from bot.signatures.signature import SignatureState

cause = CauseRule(
    __name__,
    explains=frozenset({"signature-missing", "signature-lost", "attestation-unsigned", "tag-registries-differ"}),
    fix="Take the signatures along when the image is copied, or sign it in each registry; it is the same digest.",
    snippets=COPIED_SIGNED,
    verify=SEE_REFERRERS,
    confirmed_by=frozenset({"workflow-sign-other-registry", "workflow-copy-loses-attestations"}),
)


@cause
def look(case: Case) -> Diagnosis | None:
    """The same digest in another registry, where it is signed."""
    if case.evidence.signatures or not case.evidence.signatures_searched or case.evidence.signatures_unreadable:
        return None
    signed = next((other for other in case.other_registries if _is_it(other, case.evidence.digest)), None)
    if signed is None:
        return None
    return certain(
        f"The same digest is signed at {signed.image.registry} and not here: the image was copied, or pushed to both,"
        " and signed in one place alone."
    )


def _is_it(other: Evidence, digest: str) -> bool:
    about = [one for one in other.signatures if one.state is not SignatureState.INVALID]
    return other.digest == digest and bool(about)
