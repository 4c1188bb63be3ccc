"""An index that is made anew after it was signed."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.operations import Merge, Sign
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.unresolved import known

rule = LintRule(
    __name__,
    title="The index is made after its parts were signed",
    severity=Severity.MEDIUM,
    rationale="A signature speaks of one digest. The new index has another one, and nothing signs that.",
    remediation=Remediation(
        "Sign last, and sign the index.",
        "docker buildx imagetools create -t IMAGE:1.2.3 IMAGE@sha256:AMD64 IMAGE@sha256:ARM64\n"
        "cosign sign --yes IMAGE@$(crane digest IMAGE:1.2.3)",
        "sh",
    ),
    explains=frozenset({"signature-missing", "signature-lost"}),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every merge of several images into a repository that was signed in before, and is not afterwards."""
    for job in context.file.jobs:
        operations = job.operations
        for at, merge in enumerate(operations):
            if not isinstance(merge, Merge) or len(merge.sources) < 2:  # noqa: PLR2004 - one source keeps its digest
                continue
            later = [one for one in operations[at:] if isinstance(one, Sign)]
            earlier = [one for one in operations[:at] if isinstance(one, Sign)]
            for name in merge.names:
                if known(name.repository) and not later and any(_signs(sign, name.repository) for sign in earlier):
                    yield rule.at(
                        context, merge.place, f"{name.tagged} is made after the signing, and not signed itself"
                    )
                    break


def _signs(sign: Sign, repository: str) -> bool:
    return any(name.repository == repository for name, _ in sign.images or ())
