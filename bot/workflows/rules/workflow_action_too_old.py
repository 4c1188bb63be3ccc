"""A build action that is too old for the buildx or BuildKit in use."""

from collections.abc import Iterator
from typing import Final

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Action, Asked, Build
from bot.workflows.doubts import Doubt
from bot.workflows.edits import Fix
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.upgrade import advice, bump, can_say, leaves_to_file, reads_no_version
from bot.workflows.versions import (
    BAKE,
    BAKE_YIELDS_TO_FILE,
    BUILD_PUSH,
    PASSES_FALSE,
    PROPOSED,
    WITH_BUILDX,
    newest_of,
    spell,
)

rule = LintRule(
    __name__,
    title="The build action is too old for its tools",
    severity=Severity.HIGH,
    rationale=(
        "buildx 0.13 renamed a line that older actions read BuildKit's version from. They then pass nothing about "
        "provenance, and buildx falls back to min, although the action's own default is max."
    ),
    remediation=Remediation(
        "Use a newer version of the action, and say what you want: a version alone does not help where the builder "
        "was not booted.",
        f"      - uses: docker/build-push-action@{spell(PROPOSED['docker/build-push-action'], 'v0')}",
        "yaml",
    ),
    explains=frozenset({"provenance-mode-min", "provenance-missing"}),
    references=("https://github.com/docker/build-push-action/releases/tag/v5.3.0",),
)


_UNREAD: Final = (
    "cannot read the version of a BuildKit behind buildx 0.13 or newer: its provenance is min",
    Severity.HIGH,
)
_UNREAD_BUT_SAID: Final = "cannot read BuildKit's version; as the mode is said, that does no harm", Severity.INFO


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every build step whose action's version is known, and too old."""
    for job, build in context.builds():
        action = build.action
        if action and action.version and (trouble := _trouble(context, build, action)):
            message, severity = trouble
            message = f"{action.name} {spell(action.version, 'v0.0.0')}{action.likely} {message}; {advice(action)}"
            attached = "provenance" in context.attached()
            doubts = context.doubts_of_build(job, build) + ((Doubt.ATTACHED_LATER,) if attached else ())
            by_default = reads_no_version(build) and can_say(action)
            doubts += context.doubts_of_buildx(job, build) if by_default else ()
            doubts += context.doubts_of_joined(job, build) if by_default else ()
            yield rule.at(context, action.ref_place, message, severity=severity, fix=_fix(action)).doubted(doubts)


def _fix(action: Action) -> Fix | None:
    """None for version 1, whose inputs newer versions do not have."""
    older = action.name == BUILD_PUSH and newest_of(action.version or ()) < WITH_BUILDX
    return None if older else bump(action)


def _trouble(context: LintContext, build: Build, action: Action) -> tuple[str, Severity] | None:
    newest, silent = newest_of(action.version or ()), build.provenance.asked is Asked.SILENT
    if silent and context.around.bake_asks and leaves_to_file(build):
        return "passes nothing about provenance: the bake file's attest decides", Severity.INFO
    if not can_say(action):
        return "has no inputs provenance and sbom", Severity.HIGH
    if silent and newest == PASSES_FALSE.get(action.name):
        return "turns provenance off unless it is asked for", Severity.HIGH
    if reads_no_version(build):
        return _UNREAD if silent else _UNREAD_BUT_SAID
    if silent and action.name == BAKE and newest < BAKE_YIELDS_TO_FILE and context.around.bake_asks:
        return "overrides the attest of the bake file with its own default", Severity.MEDIUM
    return None
