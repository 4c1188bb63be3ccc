"""Only the index is signed, not the platforms below it."""

from collections.abc import Iterator

from bot.context import Context
from bot.remedies import build, signing
from bot.rules.coverage import about_image, about_platform, is_unverifiable, is_valid
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import not_yet, unjudged, unsearched_signatures

rule = Rule(
    __name__,
    title="Only the index is signed, not each platform",
    severity=Severity.INFO,
    needs=frozenset({"signature-missing"}),
    absence=True,
    rationale=(
        "A signature on the index covers the platforms by their digests, so pulling by tag is covered. A"
        " platform's own digest has no signature, which matters where an admission controller or a node's cache"
        " resolves to it, and after one platform is copied into another registry."
    ),
    remediation=Remediation(
        "Nothing has to be done unless somebody verifies platforms by their own digests. Then sign with --recursive.",
        "cosign sign --yes --recursive IMAGE@DIGEST\n",
        "sh",
        build.SEE_HERE,
    ),
    references=(signing.COSIGN,),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Asked of indexes whose own signature holds; a single manifest has nothing below it."""
    evidence = context.evidence
    if not evidence.is_index or not about_image(evidence, is_valid):
        return
    bare = [one for one in evidence.platforms if not about_platform(evidence, one, is_valid)]
    if not bare:
        return
    blank = list(unsearched_signatures(rule, evidence))
    for platform in bare:
        blank += unjudged(rule, about_platform(evidence, platform, is_unverifiable), platform.platform)
    blank = blank or list(not_yet(rule, context, "only the index yet"))
    yield from blank or [rule.fail(platform, f"{platform.digest} has no signature of its own") for platform in bare]
