"""A sign step whose cosign writes bundles where .sig tags were written before."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.operations import Sign
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.versions import spell

rule = LintRule(
    __name__,
    title="cosign 3 writes signatures where older readers do not look",
    severity=Severity.INFO,
    rationale=(
        "cosign-installer 4 brings cosign 3, which writes a bundle as a referrer instead of a .sig tag. Both are "
        "good; but those who read tags only see no signature any more."
    ),
    remediation=Remediation(
        "Make sure that your readers find referrers; or keep the old layout for a while (the flag is deprecated since "
        "cosign 3.1).",
        "cosign sign --new-bundle-format=false --use-signing-config=false --yes IMAGE@DIGEST",
        "sh",
        "oras discover IMAGE@DIGEST",
    ),
    explains=frozenset({"signature-lost"}),
    references=("https://github.com/sigstore/cosign/releases/tag/v3.0.1",),
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every `cosign sign` by a cosign that is known to be 3 or newer, and that is not told which layout to write."""
    for _, step in context.steps():
        for sign in step.operations:
            if not isinstance(sign, Sign) or sign.tool != "cosign sign" or sign.layout_said:
                continue
            if sign.cosign and sign.cosign.writes_bundles:
                version = spell(sign.cosign.version, "0.0.0")
                yield rule.at(
                    context,
                    sign.place,
                    f"cosign {version} writes this signature as a bundle: readers of .sig tags see none",
                )
