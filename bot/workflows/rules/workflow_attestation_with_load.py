"""A build that asks for attestations, and for a place that cannot hold them."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Asked, Build
from bot.workflows.pushes import keeps_attestations
from bot.workflows.readers import bake
from bot.workflows.rule import LintContext, LintFinding, LintRule

rule = LintRule(
    __name__,
    title="Attestations are asked for together with load",
    severity=Severity.HIGH,
    rationale=(
        "A builder of its own (the docker-container driver) and the classic store of Docker Engine have no room for "
        "attestations: asked for together with load, the build fails, or they are dropped on the way."
    ),
    remediation=Remediation(
        "Push from the build step; load in a build of its own, for tests, with provenance: false.",
        "        with:\n          push: true\n          provenance: mode=max\n          sbom: true",
        "yaml",
    ),
    explains=frozenset({"provenance-missing", "sbom-missing"}),
    references=("https://docs.docker.com/build/metadata/attestations/",),
)

_WANTED = {Asked.FULL, Asked.MIN}


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every build that loads, surely, and asks, surely."""
    for job in context.file.jobs:
        for build in job.operations:
            if not isinstance(build, Build) or build.load is not True or build.push is True:
                continue
            if build.tool != bake.TOOL and keeps_attestations(context.file, job, build) is not False:
                continue
            for what, said in (("provenance", build.provenance), ("an SBOM", build.sbom)):
                if said.asked in _WANTED:
                    place = said.place if said.place and build.tool != bake.TOOL else build.place  # perhaps inherited
                    yield rule.at(
                        context,
                        place,
                        f"{what} is asked for, but the local store that load writes to has no room for it",
                    )
                    break
