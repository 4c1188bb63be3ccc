"""No SBOM about a platform."""

from collections.abc import Iterator

from bot.evidence import Evidence
from bot.rules import _cures
from bot.rules._rule import Finding, Remediation, Rule, Severity
from bot.rules._unread import absences

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
    """SPDX or CycloneDX, in any layout."""
    return absences(rule, evidence, lambda platform: platform.sbom, "SPDX or CycloneDX statement")
