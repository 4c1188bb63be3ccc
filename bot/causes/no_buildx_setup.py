"""The build ran on the engine's own builder, since no step before it sets up another one."""

from bot.causes.builders import Builder, builder_of
from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.causes.platforms import is_attested, is_unnamed_min, named, provenances
from bot.causes.shapes import has_no_layers
from bot.context import Context
from bot.evidence import PlatformEvidence
from bot.file_rule import WorkflowReason
from bot.remedies import build as general
from bot.remedies.build_by_system import ATTESTED

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-mode-min", "provenance-missing", "provenance-lost"}),
    fix="Set up a builder with docker/setup-buildx-action before the build, and set `provenance: mode=max`.",
    snippets=ATTESTED,
    verify=general.SEE_MODE,
)


@cause
def look(context: Context, failure: Failure) -> Indication | None:
    """An image does not tell on which builder it was made, so it takes the file that built it.

    That builder makes one platform at a time: several rule it out.
    """
    seen = next((one for one in context.workflow if one.reason is WorkflowReason.ENGINES_BUILDER), None)
    found = [platform for platform in failure.platforms(context) if _is_it(platform)]
    if seen is None or not found or len(context.evidence.platforms) > 1:
        return None
    return likely(
        f"The workflow sets up no builder before the build ({seen.file}, line {seen.line}), so the engine's own one"
        f" made {named(found)}: the action reads no version of BuildKit there, and passes nothing about provenance."
    )


def _is_it(platform: PlatformEvidence) -> bool:
    """In min mode without a builder, or without anything where the engine keeps no attestations."""
    if any(map(is_unnamed_min, provenances((platform,)))):
        return True
    is_bare = not is_attested(platform) and not platform.statements and not has_no_layers(platform)
    return is_bare and builder_of(platform) is Builder.BUILDKIT
