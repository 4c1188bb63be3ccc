"""No SBOM about a platform."""

from collections.abc import Iterator

from bot.evidence import Evidence, Unreadable
from bot.rules import _cures
from bot.rules._rule import Finding, Remediation, Rule, Severity
from bot.rules._unread import is_gone, unread_parts, unsearched

rule = Rule(
    __name__,
    title="No SBOM",
    severity=Severity.HIGH,
    rationale=(
        "A software bill of materials says what is inside. Without it, the question \u201care we affected?\u201d on the"
        " day of the next advisory is answered by pulling and scanning every image that was ever released. No builder"
        " makes one by default."
    ),
    remediation=Remediation(
        "Ask for it in every build step (`sbom: true`, or `--sbom=true`). Builders other than BuildKit can attach one"
        " afterwards: `syft` writes it, `cosign attest` attaches it to the digest.",
        _cures.BUILD,
        "yaml",
        _cures.SEE_SBOM,
    ),
    references=(_cures.DOCS_SBOM, _cures.DOCS_STORAGE),
)


@rule
def check(evidence: Evidence) -> Iterator[Finding]:
    """SPDX or CycloneDX; missing is only what was looked for everywhere."""
    yield from unread_parts(rule, evidence)
    for platform in evidence.platforms:
        match platform.sbom:
            case Unreadable(reason) if is_gone(evidence, reason):
                yield rule.fail(platform, "no SBOM any more: the registry answers 404 for it")
            case Unreadable(reason):
                yield rule.unknown(platform, reason)
            case None if evidence.signatures_unreadable:
                yield from unsearched(rule, evidence, platform)
            case None:
                yield rule.fail(platform, "no SPDX or CycloneDX statement")
            case _:
                continue
