"""Built by a builder that the policy does not list."""

from collections.abc import Iterator

from bot.attestations.provenance import Provenance
from bot.attestations.secrets import shown
from bot.context import Context
from bot.remedies import build, signing
from bot.rules.patterns import is_listed
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_besides, unread_provenance

rule = Rule(
    __name__,
    title="Built by a builder that the policy does not list",
    severity=Severity.HIGH,
    needs=frozenset({"provenance-builder-unknown"}),
    asked=lambda expected: bool(expected.builders),
    wants="builders",
    compares=frozenset({"builders"}),
    rationale=(
        "An image that was not built by the release workflow was built on a laptop, by another pipeline, or by somebody"
        " who should not. In unsigned provenance the builder is only a claim, but it shows mistakes."
    ),
    remediation=Remediation(
        "Release from the workflow that the policy names, or add this builder to the policy.",
        signing.POLICY_SOURCE,
        "yaml",
        build.SEE_HERE,
    ),
    references=(build.SPEC_PROVENANCE,),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Every statement of the platform that names a builder must name one of the policy's."""
    evidence = context.evidence
    for platform in evidence.platforms:
        yield from unread_provenance(rule, evidence, platform)
        told = (platform.provenance, *platform.everything_told)
        builders = dict.fromkeys(one.builder_id for one in told if isinstance(one, Provenance) and one.builder_id)
        strange = [one for one in builders if not is_listed(one, context.expected.builders)]
        for one in strange:
            yield rule.fail(platform, f"built by {shown(one)}")
        if not strange and isinstance(platform.provenance, Provenance):
            yield from unread_besides(rule, evidence, platform)
