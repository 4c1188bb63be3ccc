"""A builder that is created, but not booted before an action asks for its version."""

from collections.abc import Iterator

from bot.rules import Remediation, Severity
from bot.workflows.builds import Asked, Build
from bot.workflows.edits import insert
from bot.workflows.happenings import Boot, Happening
from bot.workflows.rules._rule import Finding, LintRule, Scene

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
def check(scene: Scene) -> Iterator[Finding]:
    """Every builder of a job whose first user is an action."""
    for job in scene.file.jobs:
        happenings = list(job.happenings)
        for at, boot in enumerate(happenings):
            if not isinstance(boot, Boot) or boot.booted or boot.builder is None:
                continue
            first = _first_use(boot, happenings[at + 1 :])
            if first and first.action and first.push is not False:
                harmless = first.provenance.asked is not Asked.SILENT
                message = "this builder is not booted when the first action asks for its version: "
                message += "harmless while the mode is said" if harmless else "that image's provenance is min"
                fix = insert(boot.pen_place.end, " --bootstrap") if boot.pen_place else None
                severity = Severity.INFO if harmless else None
                yield rule.at(scene, boot.place, message, severity=severity, fix=fix)


def _first_use(boot: Boot, later: list[Happening]) -> Build | None:
    """The first build on that builder, unless it is booted before, or nobody can tell which builder is used."""
    for happening in later:
        if isinstance(happening, Boot) and happening.booted and happening.builder in {boot.builder, None}:
            return None
        if isinstance(happening, Build):
            if happening.builder is None:
                return None
            if happening.builder == boot.builder or (boot.used and not happening.builder):
                return happening if boot.builder or boot.used else None
    return None
