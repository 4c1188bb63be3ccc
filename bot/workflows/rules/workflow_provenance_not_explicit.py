"""A build that is pushed, and does not say what provenance it wants."""

from collections.abc import Iterator

from bot.rules import Remediation, Severity
from bot.workflows.builds import Asked, Build
from bot.workflows.readers import bake, compose
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.upgrade import ask_in_full, reads_no_version
from bot.workflows.versions import BAKE

rule = LintRule(
    __name__,
    title="Provenance is left to a default",
    severity=Severity.HIGH,
    rationale=(
        "What is recorded when nobody says it depends on three programs, on their versions, on the builder and on the "
        "repository's visibility. buildx alone records min: no build steps. Said out loud, it stays what it is."
    ),
    remediation=Remediation(
        "Ask for provenance in max mode.",
        "        with:\n          push: true\n          provenance: mode=max\n          sbom: true",
        "yaml",
        "docker buildx imagetools inspect IMAGE --format '{{json .Provenance}}'",
    ),
    explains=frozenset({"provenance-mode-min", "provenance-missing", "provenance-lost"}),
    references=("https://docs.docker.com/build/metadata/attestations/slsa-provenance/",),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every build that may be pushed and says nothing."""
    for _, build in context.builds():
        told = build.tool == bake.TOOL and context.bake_is_told
        if build.provenance.asked is Asked.SILENT and not told:
            message, severity = _consequence(build)
            yield rule.at(context, build.place, message, severity=severity, fix=ask_in_full(build, "provenance"))


def _consequence(build: Build) -> tuple[str, Severity]:
    action = build.action
    if build.tool == compose.TOOL:
        return "nothing is said about provenance: docker compose build records min", Severity.LOW
    if action is None:
        return f"{build.tool} says nothing about provenance: buildx records min", Severity.HIGH
    if action.name == BAKE:
        return "nothing is said about provenance: the action's default overrides the bake file's attest", Severity.HIGH
    if reads_no_version(build):
        return f"nothing is said about provenance: with this version{action.likely} buildx records min", Severity.HIGH
    public = "max in a public repository, min in a private one, and min for the first image of a builder without boot"
    return f"nothing is said about provenance: {public}", Severity.MEDIUM
