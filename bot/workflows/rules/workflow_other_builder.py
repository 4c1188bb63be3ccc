"""An image that is built by a tool that records no provenance, and pushed."""

from collections.abc import Iterator, Sequence

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import OtherBuild
from bot.workflows.doubts import Doubt
from bot.workflows.model import TARGETS, Job
from bot.workflows.operations import ImageOperation, ImagePush, Sign, UnknownSigner
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.surroundings import may_sign
from bot.workflows.tools import helm
from bot.workflows.tools.build_tools import PODMAN_PUSH

rule = LintRule(
    __name__,
    title="This builder records no provenance",
    severity=Severity.MEDIUM,
    rationale="Only BuildKit writes provenance beside the image; for other builders it has to be added after the push.",
    remediation=Remediation(
        "Attest the pushed digest, once for provenance and once for the SBOM.",
        "      - uses: actions/attest@v4\n        with:\n          subject-name: quay.io/acme/app\n"
        "          subject-digest: ${{ steps.push.outputs.digest }}\n          push-to-registry: true",
        "yaml",
        "gh attestation verify oci://IMAGE@DIGEST --repo OWNER/REPOSITORY",
    ),
    explains=frozenset({"provenance-missing", "sbom-missing"}),
    references=("https://github.com/actions/attest",),
)

_ATTESTING = {"cosign attest", "actions/attest", "actions/attest-build-provenance"}


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every such build whose image leaves the machine, in a file that attests nothing; each tool once a job."""
    everything = [one for job in context.file.jobs for _, one in context.everything(job)]
    if any(map(_may_attest, everything)):
        return
    for job in context.file.jobs:
        said = set[str]()
        for at, build in enumerate(job.publishing):
            if not isinstance(build, OtherBuild) or build.tool in said:
                continue
            if (doubts := _doubts(context, job, build, at)) is not None:
                said.add(build.tool)
                doubts += (Doubt.ATTACHED_LATER,) if "provenance" in context.attached() else ()
                message = f"{build.tool} records no provenance, and nothing attests it here"
                yield rule.at(context, build.place, message).doubted(doubts)


def _may_attest(operation: ImageOperation) -> bool:
    match operation:
        case UnknownSigner(tool=tool):
            return may_sign(operation, released=False) and tool != PODMAN_PUSH
        case Sign(tool=tool):
            return tool in _ATTESTING
        case _:
            return False


def _doubts(context: LintContext, job: Job, build: OtherBuild, at: int) -> tuple[Doubt, ...] | None:
    """Why it is not certain that its image is published; None where nothing pushes it.

    In a Makefile or a package.json, another target may push what one builds.
    """
    if build.pushes or _pushes(job.publishing[at:]):
        return context.doubts(job)
    if build.pushes is None:
        return (*context.doubts(job), Doubt.NOT_PUSHED)
    others = context.file.jobs if context.file.kind in TARGETS else ()
    pushing = [context.doubts(other) for other in others if other is not job and _pushes(other.publishing)]
    return tuple(dict.fromkeys((*context.doubts(job), *min(pushing, key=len)))) if pushing else None


def _pushes(operations: Sequence[ImageOperation]) -> bool:
    return any(isinstance(one, ImagePush) and one.tool != helm.TOOL for one in operations)
