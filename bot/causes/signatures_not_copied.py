"""The image was copied without its signatures."""

from bot.causes.cause import CauseRule, Indication, certain
from bot.causes.failure import Failure
from bot.causes.relatives import copies
from bot.context import Context
from bot.evidence import Evidence
from bot.remedies.build_by_system import COPIED_SIGNED
from bot.remedies.signing_by_system import SEE_REFERRERS
from bot.signatures.signature import SignatureState

cause = CauseRule(
    __name__,
    explains=frozenset({"signature-missing", "signature-lost", "attestation-unsigned", "tag-registries-differ"}),
    fix="Copy the signatures with the image, or sign it in each registry; it is the same digest.",
    snippets=COPIED_SIGNED,
    verify=SEE_REFERRERS,
    confirmed_by=frozenset({"workflow-sign-other-registry", "workflow-copy-loses-attestations"}),
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """The same digest in another registry, where it is signed."""
    own = context.evidence
    if own.signatures or not own.signatures_searched or own.signatures_unreadable:
        return None
    signed = next((other for other in copies(context) if _is_it(other, own.digest)), None)
    if signed is None:
        return None
    return certain(
        f"The same digest is signed at {signed.image.registry} and not here: the image was copied, or pushed to both"
        " registries, and signed in only one of them."
    )


def _is_it(other: Evidence, digest: str) -> bool:
    about = [one for one in other.signatures if one.state is not SignatureState.INVALID]
    return other.digest == digest and bool(about)
