"""Statements that are not about the platform that they are attached to."""

from collections.abc import Iterator

from bot.attestations.reading import StatementEvidence
from bot.context import Context
from bot.evidence import PlatformEvidence
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_parts, unread_statements

NAMED_MAX = 3
"""Subjects that a finding names; a statement may have a thousand."""

rule = Rule(
    __name__,
    title="A statement is about another image",
    severity=Severity.CRITICAL,
    rationale=(
        "A statement names the digest that it is about. When that is not the platform it is attached to, it proves"
        " nothing about this image: it was copied from another build, the references of two platforms were swapped, or"
        " somebody attached another image's provenance on purpose. It counts as absent."
    ),
    remediation=Remediation(
        "Do not trust this image before you know where the statement comes from. Build again and push from the builder;"
        " do not attach statements of one build to the result of another. An empty subject list comes from exporting"
        " without an image name: give the build its `tags`.",
        build.BUILD,
        "yaml",
        build.SEE_INDEX,
    ),
    references=(build.SPEC_STATEMENT, build.DOCS_STORAGE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Digests alone count: names of subjects survive every copy and retag."""
    evidence = context.evidence
    yield from unread_parts(rule, evidence)
    platforms = {platform.digest: platform.platform for platform in evidence.platforms}
    for platform in evidence.platforms:
        yield from unread_statements(rule, evidence, platform)
        for statement in platform.statements:
            if not statement.problem and not statement.unreadable:
                yield from _judged(platform, statement, platforms)


def _judged(platform: PlatformEvidence, statement: StatementEvidence, platforms: dict[str, str]) -> Iterator[Finding]:
    kind = statement.predicate_type
    if statement.subject_matches is None:
        message = f"the {kind} statement has an empty subject list: it does not say what it is about"
        yield rule.fail(platform, message, Severity.LOW)
    elif not statement.subject_matches:
        yield rule.fail(platform, f"the {kind} statement is about {_about(platform, statement, platforms)}")


def _about(platform: PlatformEvidence, statement: StatementEvidence, platforms: dict[str, str]) -> str:
    known = [platforms[digest] for digest in statement.subjects if digest in platforms]
    if platform.digest in statement.subjects:  # a referrer of the index, about what the index holds
        return f"{', '.join(known[:NAMED_MAX])}, but attached to another digest: readers do not find it"
    if known:
        return f"{', '.join(known[:NAMED_MAX])}: the references of two platforms are swapped"
    named = ", ".join(statement.subjects[:NAMED_MAX]) or "something without a digest that we know"
    more = len(statement.subjects) - NAMED_MAX
    return named + (f" and {more} more" if more > 0 else "") + ", not about this platform"
