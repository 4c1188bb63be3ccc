"""Attestations that the index names and the registry does not have."""

from collections.abc import Iterator

from bot.context import Context
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_parts, unread_statements

rule = Rule(
    __name__,
    title="An attestation is named by the index, but is not in the registry",
    severity=Severity.HIGH,
    of_artifacts=True,
    rationale=(
        "The index names an attestation that the registry does not have (404). It was there when the image was"
        " pushed: a cleanup job deleted \u201cuntagged\u201d manifests, a garbage collection ran at the wrong"
        " moment, or a copy left it out. Mirroring or pulling the whole index fails as well."
    ),
    remediation=Remediation(
        "Cleanup must delete tags by age, and keep every digest that a kept index names, as well as the tags"
        " `sha256-<digest>…` of kept digests. To restore it, build again, or copy it from a registry that still has"
        " it.",
        build.COPY_WHOLE,
        "sh",
        build.SEE_INDEX,
    ),
    references=("https://github.com/opencontainers/distribution-spec/blob/main/spec.md", build.DOCS_STORAGE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """A 404 for something that a document names; a registry that does not answer is unknown."""
    evidence = context.evidence
    yield from unread_parts(rule, evidence)
    for platform in evidence.platforms:
        yield from unread_statements(rule, evidence, platform)
    for missing in evidence.missing:
        yield rule.fail(
            missing.subject or "image",
            f"{missing.what} {missing.digest} is named by {missing.named_by}, and the registry answers 404",
        )
