"""A builder that is created, but not booted before an action asks for its version."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Asked, Build
from bot.workflows.edits import insert
from bot.workflows.operations import Boot, ImageOperation
from bot.workflows.rule import LintContext, LintFinding, LintRule

rule = LintRule(
    __name__,
    title="The builder is not booted before the first build",
    severity=Severity.HIGH,
    rationale=(
        "Docker's actions ask the builder for BuildKit's version before they apply their default for provenance. A "
        "builder that was only created has none to tell: the first image of the job gets min, the later ones max."
    ),
    remediation=Remediation(
        "Boot it when it is created, and say the mode in every build step.",
        "docker buildx create --name multi --driver docker-container --bootstrap --use",
        "sh",
        "docker buildx imagetools inspect IMAGE --format '{{json .Provenance}}'",
    ),
    explains=frozenset({"provenance-mode-min"}),
    references=("https://docs.docker.com/reference/cli/docker/buildx/create/",),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every builder of a job whose first user is an action."""
    for job in context.file.jobs:
        operations = list(job.operations)
        for at, boot in enumerate(operations):
            if not isinstance(boot, Boot) or boot.booted or boot.builder is None:
                continue
            first = _first_use(boot, operations[at + 1 :])
            if first and first.action and first.push is not False:
                harmless = first.provenance.asked is not Asked.SILENT
                message = "this builder is not booted when the first action asks for its version: "
                message += "harmless while the mode is said" if harmless else "that image's provenance is min"
                fix = insert(boot.edit_place.end, " --bootstrap") if boot.edit_place else None
                severity = Severity.INFO if harmless else None
                yield rule.at(context, boot.place, message, severity=severity, fix=fix)


def _first_use(boot: Boot, later: list[ImageOperation]) -> Build | None:
    """The first build on that builder, unless it is booted before, or nobody can tell which builder is used."""
    for operation in later:
        if isinstance(operation, Boot) and operation.booted and operation.builder in {boot.builder, None}:
            return None
        if isinstance(operation, Build):
            if operation.builder is None:
                return None
            if operation.builder == boot.builder or (boot.used and not operation.builder):
                return operation if boot.builder or boot.used else None
    return None
