"""A Dockerfile that deletes what an SBOM scanner reads."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.operations import DatabaseRemoved
from bot.workflows.rule import LintContext, LintFinding, LintRule

rule = LintRule(
    __name__,
    title="The package database is deleted from the image",
    severity=Severity.MEDIUM,
    rationale=(
        "SBOM scanners read the package manager's database. Without it the SBOM names no package of the distribution, "
        "and vulnerability scanners find nothing in them, although the packages are still installed."
    ),
    remediation=Remediation(
        "Keep the database; deleting the package manager's caches is enough to make the image small.",
        "RUN microdnf install -y tzdata && microdnf clean all",
        "dockerfile",
        "docker buildx imagetools inspect IMAGE --format '{{json .SBOM}}'",
    ),
    explains=frozenset({"sbom-no-os-packages", "sbom-empty"}),
    references=("https://docs.docker.com/build/metadata/attestations/sbom/",),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every removal in the stages that make the image."""
    for _, step in context.steps():
        for one in step.operations:
            if isinstance(one, DatabaseRemoved):
                message = f"{one.path} is deleted: an SBOM finds no {one.manager} packages in this image"
                yield rule.at(context, one.place, message)
