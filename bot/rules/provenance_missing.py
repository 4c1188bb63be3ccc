"""No SLSA provenance about a platform."""

from collections.abc import Iterator

from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.rules import _cures
from bot.rules._rule import Finding, Remediation, Rule, Severity
from bot.rules._unread import is_gone, unread_parts, unsearched

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
        _cures.BUILD,
        "yaml",
        _cures.SEE_PROVENANCE,
    ),
    references=(_cures.DOCS_PROVENANCE, _cures.DOCS_STORAGE, _cures.SPEC_PROVENANCE),
)


@rule
def check(evidence: Evidence) -> Iterator[Finding]:
    """Missing is only what was looked for everywhere."""
    yield from unread_parts(rule, evidence)
    for platform in evidence.platforms:
        match platform.provenance:
            case Unreadable(reason) if is_gone(evidence, reason):
                yield rule.fail(platform, "no provenance statement any more: the registry answers 404 for it")
            case Unreadable(reason):
                yield rule.unknown(platform, reason)
            case None if evidence.signatures_unreadable:
                yield from unsearched(rule, evidence, platform)
            case None:
                yield rule.fail(platform, f"no provenance statement{_instead(platform)}")
            case _:
                continue


def _instead(platform: PlatformEvidence) -> str:
    """What is there in its place; most often it explains the absence."""
    if any(statement.problem for statement in platform.statements):
        return ": what stands in its place is no in-toto statement"
    if any(statement.subject_matches is False for statement in platform.statements):
        return ": what is there is about another image"
    kinds = dict.fromkeys(statement.predicate_type for statement in platform.statements if statement.predicate_type)
    return f", only {', '.join(list(kinds)[:3])}" if kinds else ""
