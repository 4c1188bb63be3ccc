"""A copy that leaves attestations or platforms behind."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.images import stays_here
from bot.workflows.operations import Copy
from bot.workflows.rule import LintContext, LintFinding, LintRule

rule = LintRule(
    __name__,
    title="A copy leaves attestations behind",
    severity=Severity.HIGH,
    rationale="Attestations hang on the index and on its digests: a copy of less than the whole index loses them.",
    remediation=Remediation(
        "Copy the whole index, as it is.",
        "skopeo copy --all --preserve-digests docker://SOURCE docker://TARGET",
        "sh",
        "crane digest SOURCE; crane digest TARGET",
    ),
    explains=frozenset(
        {"provenance-missing", "sbom-missing", "platform-lost", "attestation-unlinked", "provenance-lost"}
    ),
    references=("https://github.com/containers/skopeo/blob/main/docs/skopeo-copy.1.md",),
)


def _from_archive(context: LintContext, copy: Copy) -> bool:
    """An index of images that crane pushed out of archives: those never had attestations."""
    return copy.tool == "crane index" and "crane push" in context.file.source.text


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every copy between registries of which we know that it loses something."""
    for job in context.file.jobs:
        for copy in job.publishing:
            if not isinstance(copy, Copy) or not copy.loses or stays_here(copy.name, context.file.source):
                continue
            if not _from_archive(context, copy):
                doubts = context.doubts_of_sources(copy.source) + context.doubts(job, (copy.name,))
                yield rule.at(context, copy.place, f"{copy.tool}: {copy.loses}", fix=copy.fix).doubted(doubts)
