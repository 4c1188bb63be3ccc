"""The index was put together anew after it had been signed."""

from bot.causes.case import Case
from bot.causes.cause import CauseRule, Diagnosis, likely
from bot.evidence import Evidence
from bot.remedies.signing_by_system import SEE, SIGNED

cause = CauseRule(
    __name__,
    explains=frozenset({"signature-missing", "signature-lost", "tag-registries-differ"}),
    fix="Sign last: after the last `imagetools create` or `docker manifest push`, and what that one printed.",
    snippets=SIGNED,
    verify=SEE,
    confirmed_by=frozenset({"workflow-index-remade-after-signing"}),
)


@cause
def look(case: Case) -> Diagnosis | None:
    """The same platforms under another index, and that one is signed."""
    if case.evidence.signatures or not case.evidence.is_index or not case.evidence.signatures_searched:
        return None
    others = [other for other in (case.baseline, *case.other_registries) if other]
    before = next((other for other in others if _is_it(other, case.evidence)), None)
    if before is None:
        return None
    return likely(
        f"Another index of the very same platforms is signed ({before.digest[:19]}…), this one is not: it was made"
        " again after the signature."
    )


def _is_it(other: Evidence, own: Evidence) -> bool:
    same = {one.digest for one in other.platforms} == {one.digest for one in own.platforms}
    signed = any(signature.digest == other.digest for signature in other.signatures)
    return other.digest != own.digest and bool(own.platforms) and same and signed
