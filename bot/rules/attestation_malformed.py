"""Attestation layers that are not in-toto statements."""

from collections.abc import Iterator

from bot.context import Context
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_parts, unread_statements

rule = Rule(
    __name__,
    title="An attestation is not an in-toto statement",
    severity=Severity.HIGH,
    rationale=(
        "A layer is marked as an attestation, but cannot be parsed. Tools that only count layers report an attestation;"
        " tools that read them find nothing. Either the tool that wrote it has a bug, or the bytes were replaced."
    ),
    remediation=Remediation(
        "Let the builder or `cosign attest` write attestations; both write valid statements. Build again: a broken"
        " statement cannot be changed in place, because its digest identifies it.",
        build.BUILD_BY_HAND,
        "sh",
        build.SEE_HERE,
    ),
    references=(build.SPEC_STATEMENT, build.DOCS_STORAGE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Over our size limit is unknown, and says the size; not malformed."""
    evidence = context.evidence
    yield from unread_parts(rule, evidence)
    for platform in evidence.platforms:
        yield from unread_statements(rule, evidence, platform)
        for statement in platform.statements:
            if statement.problem:
                yield rule.fail(platform, statement.problem)
