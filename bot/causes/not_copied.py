"""The tag is here, and a registry of the same group does not have it: it was not pushed or copied there."""

from collections.abc import Iterator

from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.context import Context
from bot.evidence import Evidence
from bot.remedies import tags
from bot.remedies.snippet import Snippet, System

cause = CauseRule(
    __name__,
    explains=frozenset({"tag-registries-differ"}),
    fix=(
        "If the digest here is the one that the build printed, copy it to the registry that lacks it, with its"
        " signatures; and let one build step push to both."
    ),
    snippets={System.CLI: Snippet(tags.COPY_TO_LACKING, "sh")},
    verify=tags.SEE_LACKING,
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """Only what is missing for good; and if a registry has another digest, nobody knows which one is right."""
    if not (context.is_complete and context.is_settled) or any(_others(context)):
        return None
    lacking = sorted(other.image.registry for other in context.same_tag if other.found is None)
    if not lacking:
        return None
    verb = "does" if len(lacking) == 1 else "do"
    return likely(
        f"{', '.join(lacking)} {verb} not have this tag: the push or the copy failed or was left out, or somebody"
        " deleted the tag."
    )


def _others(context: Context) -> Iterator[Evidence]:
    for other in context.same_tag:
        if isinstance(other.found, Evidence) and other.found.digest != context.evidence.digest:
            yield other.found
