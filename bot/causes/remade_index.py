"""The index was created again after it had been signed."""

from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.causes.relatives import copies
from bot.context import Context
from bot.evidence import Evidence
from bot.remedies.signing_by_system import SEE, SIGNED

cause = CauseRule(
    __name__,
    explains=frozenset({"signature-missing", "signature-lost", "tag-registries-differ"}),
    fix="Sign last: after the last `imagetools create` or `docker manifest push`, and the digest that it printed.",
    snippets=SIGNED,
    verify=SEE,
    confirmed_by=frozenset({"workflow-index-remade-after-signing"}),
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """The same platforms under another index, and that one is signed."""
    if context.evidence.signatures or not context.evidence.is_index or not context.evidence.signatures_searched:
        return None
    others = [other for other in (context.earlier, *copies(context)) if other]
    before = next((other for other in others if _is_it(other, context.evidence)), None)
    if before is None:
        return None
    return likely(
        f"Another index of the same platforms is signed ({before.digest[:19]}…), this one is not: it was created again"
        " after signing."
    )


def _is_it(other: Evidence, own: Evidence) -> bool:
    same = {one.digest for one in other.platforms} == {one.digest for one in own.platforms}
    signed = any(signature.digest == other.digest for signature in other.signatures)
    return other.digest != own.digest and bool(own.platforms) and same and signed
