"""An image that is promoted by pull, tag and push."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.images import stays_here
from bot.workflows.model import Job
from bot.workflows.operations import ImageOperation, ImagePush, Pull, Retag
from bot.workflows.rule import LintContext, LintFinding, LintRule

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


def _makes(operation: ImageOperation, tag: Retag) -> bool:
    """Whether it builds the image that is tagged, or pushes it from here."""
    match operation:
        case Build(names=names) | ImagePush(names=names):
            return any(name.tagged == tag.source.tagged for name in names or ())
        case _:
            return False


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every `docker tag` of something that was pulled before and is pushed afterwards."""
    for job in context.file.jobs:
        yield from _in_job(context, job)


def _in_job(context: LintContext, job: Job) -> Iterator[LintFinding]:
    operations = job.publishing
    for at, tag in enumerate(operations):
        if not isinstance(tag, Retag) or stays_here(tag.name, context.file.source):
            continue
        pulled = any(isinstance(one, Pull) and one.name.tagged == tag.source.tagged for one in operations[:at])
        pushed = any(
            isinstance(one, ImagePush) and tag.name.tagged in {name.tagged for name in one.names}
            for one in operations[at:]
        )
        made_here = any(_makes(one, tag) for one in operations[:at])  # `docker pull … || docker push …`: is it there?
        if pulled and pushed and not made_here:
            message = (
                f"{tag.source.tagged} is pulled, and pushed again as {tag.name.tagged}: one platform, no attestations"
            )
            doubts = context.doubts_of_sources(tag.source) + context.doubts(job, (tag.name,))
            yield rule.at(context, tag.place, message).doubted(doubts)
