"""No SLSA provenance about a platform."""

from collections.abc import Iterator

from bot.context import Context
from bot.evidence import PlatformEvidence
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import absences

rule = Rule(
    __name__,
    title="No provenance",
    severity=Severity.HIGH,
    rationale=(
        "Provenance says from which source, by which builder and with which inputs an image was made. Without it,"
        " nobody can tell a release from something that was pushed by hand, and scanners that ask for supply chain"
        " attestations mark the image down. Every platform needs its own: the weakest one is what users get."
    ),
    remediation=Remediation(
        "Ask for it in every build step, and push from the builder: `docker push` of a loaded image, `docker manifest"
        " create` and copies of a single platform leave attestations behind.",
        build.BUILD,
        "yaml",
        build.SEE_PROVENANCE,
    ),
    references=(build.DOCS_PROVENANCE, build.DOCS_STORAGE, build.SPEC_PROVENANCE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """No statement in any layout."""
    return absences(rule, context.evidence, lambda platform: platform.provenance, "provenance statement", _instead)


def _instead(platform: PlatformEvidence) -> str:
    """What is there in its place; most often it explains the absence."""
    if any(statement.problem for statement in platform.statements):
        return ": what stands in its place is no in-toto statement"
    if any(statement.subject_matches is False for statement in platform.statements):
        return ": what is there is about another image"
    kinds = dict.fromkeys(statement.predicate_type for statement in platform.statements if statement.predicate_type)
    return f", only {', '.join(list(kinds)[:3])}" if kinds else ""
