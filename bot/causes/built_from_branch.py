"""The image of a version was built from the head of a branch, before the Git tag was made or after it."""

from bot.attestations.secrets import shown
from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.context import Context
from bot.remedies import build as general
from bot.rules.decisive import decisive

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-commit-mismatch"}),
    fix=(
        "Start the release build from the push of the Git tag. Where a person starts it by hand, check out the Git tag"
        " in it, and build from a git context, so that the provenance names the commit that was built."
    ),
    verify=general.SEE_HERE,
)

BRANCHES = "refs/heads/"


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """A statement names a branch."""
    for platform in context.evidence.platforms:
        for one in decisive(platform):
            if one.ref.startswith(BRANCHES):
                branch = shown(one.ref.removeprefix(BRANCHES))[:100]
                return likely(f"It says that it was built from the branch {branch}, and not from a Git tag.")
    return None
