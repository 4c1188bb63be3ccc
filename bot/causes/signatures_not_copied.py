"""The image was copied, what is signed about it was not."""

from bot.attestations.signature import SignatureState
from bot.causes._case import Case
from bot.causes._cause import Explanation, Told, certain
from bot.causes._cures import COPIED_SIGNED
from bot.causes._signing import SEE_REFERRERS
from bot.evidence import Evidence

cause = Explanation(
    __name__,
    explains=frozenset({"signature-missing", "signature-lost", "attestation-unsigned", "tag-registries-differ"}),
    mend="Take the signatures along when the image is copied, or sign it in each registry; it is the same digest.",
    cures=COPIED_SIGNED,
    verify=SEE_REFERRERS,
    confirmed_by=frozenset({"workflow-sign-other-registry", "workflow-copy-loses-attestations"}),
)


@cause
def look(case: Case) -> Told | None:
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
