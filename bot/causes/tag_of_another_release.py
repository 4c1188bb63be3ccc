"""The tag was moved to the image of another release, as a fix is given to people who name the old one."""

from bot.causes.cause import CauseRule, Indication, certain
from bot.causes.failure import Failure
from bot.context import Context
from bot.evidence import Evidence
from bot.remedies import build as general

cause = CauseRule(
    __name__,
    explains=frozenset({"tag-moved"}),
    fix=(
        "If the fix was meant to replace the release, say so where releases are announced, and waive the rule for this"
        " tag; next time, publish it under its own version alone and let people move to it."
    ),
    verify=general.SEE_HERE,
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """Another tag of the same repository stands for the same digest; not that of the release before."""
    own, before = context.evidence, context.earlier
    earlier = before.image.tag if before else ""
    other = next((one for one in context.sisters if _is_it(one, own) and one.image.tag != earlier), None)
    if other is None:
        return None
    return certain(f"It now stands for the same image as {other.image.tag}, digest by digest.")


def _is_it(other: Evidence, own: Evidence) -> bool:
    same = other.image.name == own.image.name and other.image.tag != own.image.tag and bool(other.image.tag)
    return same and other.digest == own.digest
