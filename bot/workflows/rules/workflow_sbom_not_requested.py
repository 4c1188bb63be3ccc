"""A build that is pushed without an SBOM."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Asked
from bot.workflows.doubts import Doubt
from bot.workflows.readers import bake, compose
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.rules.workflow_docker_manifest import may_be_taken
from bot.workflows.upgrade import pin_advice

rule = LintRule(
    __name__,
    title="No SBOM is asked for",
    severity=Severity.MEDIUM,
    rationale="No version of any build tool makes an SBOM unless it is asked to.",
    remediation=Remediation(
        "Ask for an SBOM.",
        "          sbom: true",
        "yaml",
        "docker buildx imagetools inspect IMAGE --format '{{json .SBOM}}'",
    ),
    explains=frozenset({"sbom-missing", "sbom-lost"}),
    references=("https://docs.docker.com/build/metadata/attestations/sbom/",),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every build that may be pushed and does not ask for one, or says false."""
    attached = "sbom" in context.attached()
    for job, build in context.builds():
        told = build.tool == bake.TOOL and context.around.bake_is_told
        if build.sbom.asked in {Asked.SILENT, Asked.OFF} and not told:
            off = build.sbom.asked is Asked.OFF
            message = "the SBOM is turned off" if off else "no SBOM is asked for, and none is made by default"
            unpushed = build.tool == bake.TOOL and context.around.bake_is_pushed is False
            doubts = context.doubts_of_build(job, build) + context.doubts_of_joined(job, build)
            doubts += ((Doubt.ATTACHED_LATER,) if attached else ()) + ((Doubt.NOT_PUSHED,) if unpushed else ())
            severity = Severity.LOW if build.tool == compose.TOOL else None
            message += "" if off else pin_advice(build)
            fix, place = context.ask_in_full(job, build, "sbom"), build.sbom.place or build.place
            if build.provenance.asked in {Asked.OFF, Asked.SILENT} and may_be_taken(context.file, build):
                fix = None
            yield rule.at(context, place, message, severity=severity, fix=fix).doubted(doubts)
