"""The release before had an SBOM."""

from collections.abc import Iterator

from bot.attestations.sbom import Sbom
from bot.context import Context
from bot.remedies import build
from bot.rules.losses import Thing, losses
from bot.rules.rule import Finding, Remediation, Rule, Severity

rule = Rule(
    __name__,
    title="The SBOM was lost since the release before",
    severity=Severity.HIGH,
    of_change=True,
    absence=True,
    covers=frozenset({"sbom-missing"}),
    rationale=(
        "An earlier release had an SBOM for this platform, and this release has none. Whoever reads the SBOMs of each"
        " release, to answer which of them an advisory is about, now silently leaves this one out."
    ),
    remediation=Remediation(
        "Look for what changed in the build between the two releases: `sbom: true` that was dropped, another builder,"
        " or a copy between registries that left it behind. Then build again.",
        build.BUILD,
        "yaml",
        build.SEE_SBOM,
    ),
    references=(build.DOCS_SBOM, build.DOCS_STORAGE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Platform by platform; how much stands in it is asked by other rules."""
    return losses(rule, context, _SBOM)


def _less(before: Sbom, now: Sbom | None) -> str:
    return "" if now else f"no SBOM; it was there ({before.format})"


_SBOM = Thing(
    kind=Sbom,
    part=lambda platform: platform.sbom,
    where=lambda platform: platform.sbom_where,
    is_full=lambda _: True,
    less=_less,
)
