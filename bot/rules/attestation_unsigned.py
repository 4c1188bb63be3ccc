"""There is provenance, but anybody with push access could have written it."""

from collections.abc import Iterator

from bot.attestations.provenance import Provenance
from bot.context import Context
from bot.remedies import signing
from bot.rules.coverage import is_invalid, is_unverifiable, is_valid, on_provenance
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import not_yet, unjudged, unsearched_signatures

rule = Rule(
    __name__,
    title="The provenance is not signed by anyone",
    severity=Severity.LOW,
    needs=frozenset({"provenance-missing"}),
    absence=True,
    rationale=(
        "BuildKit does not sign: anybody with push access can write such provenance, about any source and any builder."
        " A signature on the index proves that this publisher published these statements; one by an isolated builder"
        " proves that the builder itself wrote them. Without one, provenance is as trustworthy as the registry's"
        " access control (SLSA build level 1)."
    ),
    remediation=Remediation(
        "Sign the index after the push, or let a builder that signs its own provenance do the build.",
        signing.SIGN,
        "yaml",
        signing.SEE,
    ),
    references=(signing.SLSA_LEVELS, "https://docs.docker.com/build/ci/github-actions/attestations/"),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Valid signatures only; one that could not be judged, not be looked at or is not there yet leaves it open."""
    evidence = context.evidence
    bare = [
        platform
        for platform in evidence.platforms
        if isinstance(platform.provenance, Provenance) and not on_provenance(evidence, platform, is_valid)
    ]
    blank = [*unsearched_signatures(rule, evidence), *not_yet(rule, context)] if bare else []
    yield from blank
    for platform in bare:
        perhaps = on_provenance(evidence, platform, lambda one: not is_invalid(one))
        unsure = list(unjudged(rule, tuple(filter(is_unverifiable, perhaps)), platform.platform))
        if blank or unsure:
            yield from unsure
        else:
            yield rule.fail(platform, "neither the provenance nor the index that holds it is signed")
