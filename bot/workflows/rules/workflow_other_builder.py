"""An image that is built by a tool that records no provenance, and pushed."""

from collections.abc import Iterator

from bot.rules import Remediation, Severity
from bot.workflows.builds import OtherBuild
from bot.workflows.operations import ImagePush, Sign, UnknownSigner
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.tools import helm

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
    if any(isinstance(one, UnknownSigner) or (isinstance(one, Sign) and one.tool in _ATTESTING) for one in everything):
        return
    for job in context.file.jobs:
        operations, said = job.publishing, set[str]()
        for at, build in enumerate(operations):
            if not isinstance(build, OtherBuild) or build.tool in said:
                continue
            if build.pushes or any(isinstance(one, ImagePush) and one.tool != helm.TOOL for one in operations[at:]):
                said.add(build.tool)
                message = f"{build.tool} records no provenance, and nothing attests it here"
                yield rule.at(context, build.place, message).doubted(context.doubts(job))
