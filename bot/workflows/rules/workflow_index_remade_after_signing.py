"""An index that is made anew after it was signed."""

from collections.abc import Iterable, Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.model import CiFile, Job
from bot.workflows.operations import ImageOperation, Merge, Sign, UnknownSigner
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
        for at, merge in enumerate(job.operations):
            if not isinstance(merge, Merge) or len(merge.sources) < 2:  # noqa: PLR2004 - one source keeps its digest
                continue
            signed = _signed_before(context, job, at)
            for name in merge.names:
                if known(name.repository) and name.repository in signed:
                    yield rule.at(
                        context, merge.place, f"{name.tagged} is made after the signing, and not signed itself"
                    )
                    break


def _signed_before(context: LintContext, job: Job, at: int) -> set[str]:
    """The repositories signed in up to there, in this job or in those that it needs; none where others may sign later.

    `at`: the number of operations that stand before.
    """
    here, needed = job.operations, _needed(context.file, job)
    if any(isinstance(one, Sign) for one in here[at:]):
        return set()
    signed = _repositories(here[:at])
    if signed or context.around.signs:
        return signed
    others = [one for one in context.file.jobs if one is not job and one not in needed]
    may_sign = any(isinstance(one, Sign | UnknownSigner) for other in (*others, job) for one in other.operations)
    if may_sign or any(one.calls or any(step.local for step in one.steps) for one in (*others, job)):
        return set()
    return {name for one in needed for name in _repositories(one.operations)}


def _needed(file: CiFile, job: Job) -> list[Job]:
    """The jobs that it needs, and that these need."""
    found: list[Job] = []
    fresh = [job]
    while fresh:
        fresh = [one for other in fresh for one in file.named(other.needs) if one is not job and one not in found]
        found += fresh
    return found


def _repositories(operations: Iterable[ImageOperation]) -> set[str]:
    signs = (one for one in operations if isinstance(one, Sign))
    return {name.repository for sign in signs for name, _ in sign.images or ()}
