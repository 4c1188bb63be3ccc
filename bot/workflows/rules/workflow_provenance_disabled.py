"""A build that turns provenance off."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Asked, Build
from bot.workflows.doubts import Doubt
from bot.workflows.readers import compose
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.rules.workflow_docker_manifest import may_be_taken
from bot.workflows.tools.docker_build import SILENCING

rule = LintRule(
    __name__,
    title="Provenance is turned off",
    severity=Severity.HIGH,
    rationale=(
        "Nobody can tell from the image where it comes from. It is often turned off because of the unknown/unknown "
        "entries in the index, which other tools have learned to read since; AWS Lambda still needs it off."
    ),
    remediation=Remediation(
        "Ask for provenance in max mode.",
        "          provenance: mode=max",
        "yaml",
        "docker buildx imagetools inspect IMAGE --format '{{json .Provenance}}'",
    ),
    explains=frozenset({"provenance-missing", "provenance-lost"}),
    references=("https://docs.docker.com/build/metadata/attestations/slsa-provenance/",),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every build that says false, and those that say nothing where the environment does."""
    attached = "provenance" in context.attached()
    for job, build in context.builds():
        if build.provenance.asked is Asked.OFF:
            taken = may_be_taken(context.file, build)
            fix = None if taken else context.ask_in_full(job, build, "provenance")
            doubts = context.doubts_of_build(job, build) + ((Doubt.ATTACHED_LATER,) if attached else ())
            severity = Severity.LOW if build.tool == compose.TOOL else None
            place = build.provenance.place or build.place
            yield rule.at(context, place, _message(build), severity=severity, fix=fix).doubted(doubts)


def _message(build: Build) -> str:
    if build.tool == compose.TOOL:
        return "docker compose build does not read false here, and records min"
    if build.provenance.place is None:
        return f"{SILENCING} is set, and the build does not ask itself"
    return "provenance is turned off"
