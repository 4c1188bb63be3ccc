"""Built from a repository that the policy does not list."""

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
    title="Built from a source that the policy does not list",
    severity=Severity.CRITICAL,
    needs=frozenset({"provenance-source-missing"}),
    asked=lambda expected: bool(expected.sources),
    wants="sources",
    compares=frozenset({"sources"}),
    rationale=(
        "A fork, a mirror or a private copy builds the same image name with other contents. The source repository is"
        " the first thing that a policy should pin, and the cheapest to compare."
    ),
    remediation=Remediation(
        "Remove the tag if the source is not yours. If it is, add it to the policy.",
        signing.POLICY_SOURCE,
        "yaml",
        build.SEE_HERE,
    ),
    references=(build.SPEC_PROVENANCE, "https://slsa.dev/spec/v1.1/verifying-artifacts"),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Every statement of the platform that names a source must name one of the policy's."""
    evidence = context.evidence
    for platform in evidence.platforms:
        yield from unread_provenance(rule, evidence, platform)
        told = (platform.provenance, *platform.everything_told)
        sources = dict.fromkeys(one.source for one in told if isinstance(one, Provenance) and one.source)
        strange = [one for one in sources if not is_listed(one, context.expected.sources)]
        for one in strange:
            yield rule.fail(platform, f"built from {shown(one)}")
        if not strange and isinstance(platform.provenance, Provenance):
            yield from unread_besides(rule, evidence, platform)
