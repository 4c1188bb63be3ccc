"""No SBOM about a platform."""

from collections.abc import Iterator

from bot.context import Context
from bot.remedies import build
from bot.rules.rule import Finding, Question, Remediation, Rule, Severity
from bot.rules.unknowns import absences

rule = Rule(
    __name__,
    title="No SBOM",
    severity=Severity.HIGH,
    answers=Question.HAS_SBOM,
    rationale=(
        "A software bill of materials says what is inside. Without it, the question \u201care we affected?\u201d on the"
        " day of the next advisory is answered by pulling and scanning every image that was ever released. No builder"
        " makes one by default."
    ),
    remediation=Remediation(
        "Ask for it in every build step (`sbom: true`, or `--sbom=true`). Builders other than BuildKit can attach one"
        " afterwards: `syft` writes it, `cosign attest` attaches it to the digest.",
        build.BUILD,
        "yaml",
        build.SEE_SBOM,
    ),
    references=(build.DOCS_SBOM, build.DOCS_STORAGE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """SPDX or CycloneDX, in any layout."""
    return absences(rule, context.evidence, lambda platform: platform.sbom, "SPDX or CycloneDX statement")
