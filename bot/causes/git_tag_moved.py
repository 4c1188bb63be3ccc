"""The image was built from the Git tag, and the Git tag was moved to another commit afterwards."""

from bot.attestations.secrets import shown
from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.context import Context
from bot.evidence import GitTag
from bot.remedies import build as general
from bot.rules.decisive import decisive
from bot.rules.image_revision_mismatch import same_revision

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-commit-mismatch"}),
    fix=(
        "Find out who moved the Git tag and why. Move it back to the commit of the build, or publish the new commit"
        " under a version of its own; a ruleset of the repository keeps release tags where they are."
    ),
    verify=general.SEE_HERE,
)

TAGS = "refs/tags/"


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """A statement names that Git tag, and a commit that it does not name any more."""
    told = context.evidence.git_tag
    if not isinstance(told, GitTag):
        return None
    peeled = dict(told.objects)
    now = {f"{TAGS}{name}": commit for name, commit in told.commits}
    for platform in context.evidence.platforms:
        for one in decisive(platform):
            revision = peeled.get(one.revision.lower(), one.revision)
            if one.ref in now and revision and not same_revision(revision, now[one.ref]):
                name = shown(one.ref.removeprefix(TAGS))
                return likely(f"It says that it was built from the Git tag {name}, which names another commit now.")
    return None
