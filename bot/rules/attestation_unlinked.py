"""Attestations in the index that are tied to none of its platforms."""

from collections.abc import Iterator

from bot.context import Context
from bot.evidence import Unlinked, UnlinkedReason
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_parts

rule = Rule(
    __name__,
    title="Attestations are in the index, but tied to no platform",
    severity=Severity.HIGH,
    rationale=(
        "An annotation ties each attestation to the platform that it is about. A tool that rebuilds or recompresses"
        " the index drops it, or leaves it pointing at a digest that is gone. The evidence was pushed, costs space,"
        " and no reader counts it."
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
    """About the image as a whole: what is tied to no platform cannot be told per platform."""
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
