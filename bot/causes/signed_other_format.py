"""Signed, but in another place than before: cosign 3 writes referrers where cosign 2 wrote tags."""

from bot.causes.cause import CauseRule, Indication, certain
from bot.causes.failure import Failure
from bot.causes.relatives import copies
from bot.context import Context
from bot.evidence import Evidence
from bot.remedies.signing_by_system import SEE_REFERRERS, SIGNED_OLD_LAYOUT
from bot.signatures.signature import Layout, SignatureState

cause = CauseRule(
    __name__,
    explains=frozenset({"signature-missing", "signature-lost", "signature-invalid", "tag-registries-differ"}),
    fix="Verify with a tool that reads both places (cosign 3 does), or sign in the old layout until then.",
    snippets=SIGNED_OLD_LAYOUT,
    verify=SEE_REFERRERS,
    confirmed_by=frozenset({"workflow-cosign-format"}),
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """Another release, or the same tag elsewhere, has its signatures in another layout."""
    own = _layouts(context.evidence)
    others = [other for other in (context.earlier, *copies(context)) if other]
    then = next((layouts for other in others if (layouts := _layouts(other))), frozenset())
    if not own or not then or own & then:
        return None
    return certain(
        f"It is signed as {' and '.join(sorted(own))}, what it is compared with as {' and '.join(sorted(then))}: a"
        " tool that reads only one of the two finds nothing in the other. cosign 3 changed the default."
    )


def _layouts(evidence: Evidence) -> frozenset[Layout]:
    return frozenset(one.layout for one in evidence.signatures if one.state is not SignatureState.INVALID)
