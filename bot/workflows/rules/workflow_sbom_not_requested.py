"""A build that is pushed without an SBOM."""

from collections.abc import Iterator

from bot.rules import Remediation, Severity
from bot.workflows.builds import Asked
from bot.workflows.readers import bake, compose
from bot.workflows.rules._rule import Finding, LintRule, Scene
from bot.workflows.rules._upgrade import ask_in_full

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
def check(scene: Scene) -> Iterator[Finding]:
    """Every build that may be pushed and does not ask for one, or says false."""
    for _, build in scene.builds():
        told = build.tool == bake.TOOL and scene.bake_is_told
        if build.sbom.asked in {Asked.SILENT, Asked.OFF} and not told:
            off = build.sbom.asked is Asked.OFF
            message = "the SBOM is turned off" if off else "no SBOM is asked for, and none is made by default"
            severity = Severity.LOW if build.tool == compose.TOOL else None
            yield rule.at(
                scene, build.sbom.place or build.place, message, severity=severity, fix=ask_in_full(build, "sbom")
            )
