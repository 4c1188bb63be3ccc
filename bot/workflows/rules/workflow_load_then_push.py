"""An image that is built into the local store, and pushed from there."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.doubts import Doubt
from bot.workflows.pushes import keeps_attestations, pushed_from_store
from bot.workflows.rule import LintContext, LintFinding, LintRule

rule = LintRule(
    __name__,
    title="Pushed from the local store",
    severity=Severity.HIGH,
    rationale=(
        "A builder of its own (the docker-container driver) loads the image as an archive without attestations, and "
        "the classic store of Docker Engine does not take them: what docker push takes from there has none. The "
        "containerd store, new in Docker Engine 29, keeps them; where that cannot be known, nothing is said."
    ),
    remediation=Remediation(
        "Let buildx push what it builds.",
        "docker buildx build --provenance=mode=max --sbom=true -t quay.io/acme/app:1.2.3 --push .",
        "sh",
        "docker buildx imagetools inspect --raw IMAGE | jq '.manifests[]|{digest,platform,annotations}'",
    ),
    explains=frozenset({"provenance-missing", "provenance-mode-min", "sbom-missing", "provenance-lost", "sbom-lost"}),
    references=("https://docs.docker.com/build/metadata/attestations/",),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every build into a local store that surely has no room for attestations, and that is pushed later."""
    file = context.file
    for job in file.jobs:
        for build in job.publishing:
            if not isinstance(build, Build) or build.load is not True or build.push is not False:
                continue
            pushed = pushed_from_store(file, job, build)
            if pushed and keeps_attestations(file, job, build) is False:
                message = (
                    f"{pushed.name} is loaded into the local store, and pushed from there without its attestations"
                )
                doubts = context.doubts_of_build(job, build) + context.doubts_of_joined(job, build)
                doubts += (Doubt.ATTACHED_LATER,) if context.attached() else ()
                yield rule.at(context, build.place, message).doubted(doubts)
