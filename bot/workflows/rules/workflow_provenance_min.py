"""A build that asks for provenance in min mode."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Asked
from bot.workflows.rule import LintContext, LintFinding, LintRule

rule = LintRule(
    __name__,
    title="Provenance is asked for in min mode",
    severity=Severity.HIGH,
    rationale=(
        "Min mode leaves out the build steps, the arguments and the Dockerfile. When it was chosen because build "
        "arguments hold secrets, the fix is a secret mount: the arguments are in the image's history anyway."
    ),
    remediation=Remediation(
        "Ask for max mode.",
        "          provenance: mode=max",
        "yaml",
        "docker buildx imagetools inspect IMAGE --format '{{json .Provenance}}'",
    ),
    explains=frozenset({"provenance-mode-min", "provenance-lost"}),
    references=("https://docs.docker.com/build/metadata/attestations/slsa-provenance/",),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every build that says mode=min."""
    for job, build in context.builds():
        if build.provenance.asked is Asked.MIN:
            place = build.provenance.place or build.place
            fix = build.editor.ask("provenance", build.provenance)
            doubts = context.doubts_of_build(job, build)
            message = "provenance is asked for in min mode: no build steps are recorded"
            yield rule.at(context, place, message, fix=fix).doubted(doubts)
