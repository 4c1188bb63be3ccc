"""No SLSA provenance about a platform."""

from collections.abc import Iterator

from bot.attestations.head import is_provenance_type
from bot.context import Context
from bot.evidence import PlatformEvidence
from bot.remedies import build
from bot.rules.rule import Finding, Question, Remediation, Rule, Severity
from bot.rules.unknowns import absences

rule = Rule(
    __name__,
    title="No provenance",
    severity=Severity.HIGH,
    answers=Question.HAS_PROVENANCE,
    rationale=(
        "Provenance says from which source, by which builder and with which inputs an image was made. Without it,"
        " nobody can tell a release from an image that was pushed by hand, and scanners that require supply chain"
        " attestations lower the image's score. Every platform needs its own."
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
    """What is there in its place; most often it explains why it is missing."""
    if any(statement.problem for statement in platform.statements):
        return ": the attestation there is not an in-toto statement"
    if strange := [one for one in platform.statements if one.subject_matches is False]:
        is_near = any(platform.digest in one.subjects for one in strange)
        return f": the statement there is {'attached to another digest' if is_near else 'about another image'}"
    if any(is_provenance_type(one.predicate_type) and one.was_read for one in platform.statements):
        return ": the statement there does not say what it is about"
    kinds = dict.fromkeys(statement.predicate_type for statement in platform.statements if statement.predicate_type)
    return f", only {', '.join(list(kinds)[:3])}" if kinds else ""
