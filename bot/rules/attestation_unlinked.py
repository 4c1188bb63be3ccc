"""Attestations in the index that are not linked to one of its platforms."""

from collections.abc import Iterator

from bot.context import Context
from bot.evidence import Unlinked, UnlinkedReason
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_parts

rule = Rule(
    __name__,
    title="Attestations are in the index, but not linked to a platform",
    severity=Severity.HIGH,
    rationale=(
        "An annotation links each attestation to the platform that it is about. A tool that rebuilds or recompresses"
        " the index drops it, or leaves it pointing at a digest that is not there. The attestations were pushed and"
        " use space, and no reader finds them."
    ),
    remediation=Remediation(
        "Join and copy images with tools that keep the index as it is. `buildah manifest add --all` drops the"
        " annotations; forced recompression changes the digests that they name.",
        build.COPY_WHOLE,
        "sh",
        build.SEE_INDEX,
    ),
    references=(build.DOCS_STORAGE,),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """About the image as a whole, since it is not known which platform is meant."""
    evidence = context.evidence
    yield from unread_parts(rule, evidence)
    for unlinked in evidence.unlinked:
        once = f"; it was about {unlinked.subject}" if unlinked.subject else ""
        yield rule.fail("image", f"attestation manifest {unlinked.digest}: {_why(unlinked)}{once}")


def _why(unlinked: Unlinked) -> str:
    match unlinked.reason:
        case UnlinkedReason.NO_ANNOTATIONS:
            return "annotations dropped"
        case UnlinkedReason.DANGLING:
            return f"its reference digest {unlinked.reference} is not in the index"
