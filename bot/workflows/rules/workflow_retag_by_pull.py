"""An image that is promoted by pull, tag and push."""

from collections.abc import Iterator

from bot.rules import Remediation, Severity
from bot.workflows.happenings import Pull, Push, Retag
from bot.workflows.model import Job
from bot.workflows.rules._rule import Finding, LintRule, Scene

rule = LintRule(
    __name__,
    title="Promoted by pull, tag and push",
    severity=Severity.HIGH,
    rationale=(
        "docker pull takes the image of this machine's platform alone. What is pushed again has another digest, one "
        "platform and no attestations."
    ),
    remediation=Remediation(
        "Copy in the registry, where everything stays together.",
        "docker buildx imagetools create -t quay.io/acme/app:latest quay.io/acme/app:1.2.3",
        "sh",
        "crane digest quay.io/acme/app:latest; crane digest quay.io/acme/app:1.2.3",
    ),
    explains=frozenset({"provenance-missing", "sbom-missing", "platform-lost", "signature-missing", "provenance-lost"}),
    references=("https://docs.docker.com/reference/cli/docker/buildx/imagetools/create/",),
)


@rule
def check(scene: Scene) -> Iterator[Finding]:
    """Every `docker tag` of something that was pulled before and is pushed afterwards."""
    for job in scene.file.jobs:
        yield from _in_job(scene, job)


def _in_job(scene: Scene, job: Job) -> Iterator[Finding]:
    happenings = job.happenings
    for at, tag in enumerate(happenings):
        if not isinstance(tag, Retag) or tag.name.is_local:
            continue
        pulled = any(isinstance(one, Pull) and one.name.tagged == tag.source.tagged for one in happenings[:at])
        pushed = any(
            isinstance(one, Push) and tag.name.tagged in {name.tagged for name in one.names} for one in happenings[at:]
        )
        if pulled and pushed:
            message = (
                f"{tag.source.tagged} is pulled, and pushed again as {tag.name.tagged}: one platform, no attestations"
            )
            yield rule.at(scene, tag.place, message)
