"""A job that hands an image to a workflow of another repository, which is not read."""

import re
from collections.abc import Iterator

from bot.rules import Remediation, Severity
from bot.workflows.events import only_requests
from bot.workflows.model import Job
from bot.workflows.rule import LintContext, LintFinding, LintRule

rule = LintRule(
    __name__,
    title="What builds the image was not read",
    severity=Severity.INFO,
    rationale=(
        "The job calls a workflow of another repository. Whether its images have provenance, an SBOM and a signature "
        "is decided there: that nothing is found here says nothing about them."
    ),
    remediation=Remediation(
        "Look at that repository in the same way, and check an image that it has pushed.",
        "provenance lint .\nprovenance check REGISTRY/NAME:TAG",
        "sh",
        "provenance check REGISTRY/NAME:TAG",
    ),
    references=("https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows",),
)

_ELSEWHERE = re.compile(r"([\w.-]+/[\w.-]+)/\.(?:github|gitea|forgejo)/workflows/([^@]+)@")
_ABOUT_IMAGES = re.compile(
    r"(?:^|[-_./ ])(?:images?|docker|dockerfile|docker-?hub|container|containers|ghcr|quay|oci|registry)(?:[-_./ ]|$)"
)


_ABOUT_OTHER_THINGS = re.compile(
    r"(?:^|[-_./ ])(?:scan(?:s|ner|ning)?|trivy|grype|snyk|codeql|tests?|testing|e2e|integration|lint|verify|deploy"
    r"|cleanup)(?:[-_./ ]|$)"
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every such call of which we know no more, and which has to do with images by its name, inputs or permissions."""
    for job in context.file.jobs:
        called = _ELSEWHERE.match(job.calls)
        uses = job.node.scalar("uses") if job.node else None
        if called is None or uses is None or job.operations or job.fails or only_requests(job.events):
            continue
        repository, path = called.groups()
        if repository.lower() != context.around.repository.lower() and _is_about_images(job, path):
            yield rule.at(context, uses.place, f"{job.calls} was not read: it is not one of the files here")


def _is_about_images(job: Job, path: str) -> bool:
    inputs = job.node.mapping("with") if job.node else None
    names, keys = (path, job.name, job.title), [key.value for key, _ in (inputs.entries() if inputs else ())]
    if any(_ABOUT_OTHER_THINGS.search(name.lower()) for name in names):
        return False
    may_push = job.permissions is not None and not job.permissions.every and job.permissions.grants("packages") is True
    return may_push or any(_ABOUT_IMAGES.search(word.lower()) for word in (*names, *keys))
