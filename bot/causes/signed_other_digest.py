"""A signing step signed another digest than this image's."""

from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.causes.relatives import siblings
from bot.context import Context
from bot.remedies.signing_by_system import RIGHT_STEP, SEE
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import Signature

cause = CauseRule(
    __name__,
    explains=frozenset({"signature-missing", "signature-invalid", "signature-lost", "attestation-unsigned"}),
    fix=(
        "Let each signing step read the digest of the build step whose image it signs (`steps.<id>.outputs.digest`),"
        " and never sign a tag: between push and signature it may have moved."
    ),
    snippets=RIGHT_STEP,
    verify=SEE,
    confirmed_by=frozenset({"workflow-sign-wrong-step", "workflow-sign-tag", "workflow-sign-other-registry"}),
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """A signature of this image that is about another one; or no signature here, and one at a sibling."""
    evidence = context.evidence
    strange = [one for one in evidence.signatures if _is_strange(one)]
    if strange:
        return likely(
            "A signature is stored with this image, but is about another digest: the signing step used the digest of"
            " another image."
        )
    unsigned = evidence.signatures_searched and not evidence.signatures and not evidence.signatures_unreadable
    signed = [one.image.familiar + f":{one.image.tag}" for one in siblings(context) if one.signatures]
    if not unsigned or not signed:
        return None
    return likely(
        f"{signed[0]}, of the same build, is signed, and this image is not: the step that should sign it reads another"
        " step's digest, or did not run."
    )


def _is_strange(signature: Signature) -> bool:
    return signature.code is SignatureReason.OTHER_DIGEST
