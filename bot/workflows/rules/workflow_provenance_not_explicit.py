"""A build that is pushed, and does not say what provenance it wants."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity, WorkflowReason
from bot.values import replace
from bot.workflows.builds import Action, Asked, Build
from bot.workflows.doubts import Doubt
from bot.workflows.model import Job
from bot.workflows.readers import bake, compose, goreleaser
from bot.workflows.readers.other_actions import DOCKER_BUILDS
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.rules.workflow_docker_manifest import may_be_taken
from bot.workflows.stores import Driver, driver_of, refuses_attestations
from bot.workflows.upgrade import leaves_to_file, pin_advice, reads_no_version
from bot.workflows.versions import BAKE

rule = LintRule(
    __name__,
    title="Provenance is left to a default",
    severity=Severity.HIGH,
    rationale=(
        "What is recorded by default depends on three programs, on their versions, on the builder and on the "
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

_MIN_AT_MOST = frozenset({goreleaser.TOOL, *DOCKER_BUILDS})
"""These push out of the engine's store, of which it is not known whether it keeps attestations."""


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every build that may be pushed and says nothing."""
    attached = "provenance" in context.attached()
    for job, build in context.builds():
        told = build.tool == bake.TOOL and context.around.bake_is_told
        told |= context.around.bake_asks and leaves_to_file(build)
        if build.provenance.asked is Asked.SILENT and not told:
            message, severity = _consequence(context, job, build)
            doubts = context.doubts_of_build(job, build) + ((Doubt.ATTACHED_LATER,) if attached else ())
            doubts += context.doubts_of_joined(job, build)
            doubts += () if context.pushed_by_engine(job, build) else context.doubts_of_buildx(job, build)
            fix = None if may_be_taken(context.file, build) else context.ask_in_full(job, build, "provenance")
            message += pin_advice(build)
            found = rule.at(context, build.place, message, severity=severity, fix=fix).doubted(doubts)
            yield replace(found, reason=_reason(context, job, build))


def _consequence(context: LintContext, job: Job, build: Build) -> tuple[str, Severity]:
    if build.tool == bake.TOOL and context.around.bake_is_pushed is False:
        return "nothing is said about provenance: pushed with buildx, this target's is min", Severity.LOW
    if build.tool == bake.TOOL and context.around.bake_by_action:
        return "nothing is said about provenance: max in a public repository, min in a private one", Severity.LOW
    if build.tool == compose.TOOL:
        return "nothing is said about provenance: docker compose build records min", Severity.LOW
    if build.tool.startswith("depot") or (build.tool == bake.TOOL and context.around.bake_by_depot):
        return "nothing is said about provenance: Depot's default decides", Severity.LOW
    if build.action is None:
        at_most = build.tool in _MIN_AT_MOST or context.pushed_by_engine(job, build)
        what = "it is min at most" if at_most else "buildx records min"
        return f"{build.tool} says nothing about provenance: {what}", Severity.HIGH
    what, severity = _by_action(context, job, build, build.action)
    return f"nothing is said about provenance: {what}", severity


def _by_action(context: LintContext, job: Job, build: Build, action: Action) -> tuple[str, Severity]:
    if action.name == BAKE and context.around.bake_asks:
        return "the action's default overrides the bake file's attest", Severity.HIGH
    if reads_no_version(build):
        return f"with this version{action.likely} buildx records min", Severity.HIGH
    if driver_of(context.file, job, build) is Driver.DOCKER:
        if refuses_attestations(context.file, job, build):
            return "on the engine's own builder it is min at most", Severity.LOW
        return "on the engine's own builder the action cannot read the version of BuildKit: it is min", Severity.MEDIUM
    return "max in a public repository, min in a private one", Severity.LOW


def _reason(context: LintContext, job: Job, build: Build) -> WorkflowReason | None:
    """What a cause looks at, since an image does not tell on which builder it was made."""
    on_engine = build.action is not None and driver_of(context.file, job, build) is Driver.DOCKER
    return WorkflowReason.ENGINES_BUILDER if on_engine and not reads_no_version(build) else None
