"""The release before had provenance, or more of it."""

from collections.abc import Iterator

from bot.attestations.provenance import Mode, Provenance
from bot.context import Context
from bot.remedies import build
from bot.rules.losses import Thing, losses
from bot.rules.rule import Finding, Remediation, Rule, Severity

rule = Rule(
    __name__,
    title="Provenance was lost since the release before",
    severity=Severity.CRITICAL,
    of_change=True,
    absence=True,
    covers=frozenset({"provenance-missing", "provenance-mode-min"}),
    rationale=(
        "An earlier release had provenance for this platform, or had it in max mode, and this release has less. Then"
        " it worked, so something has changed: a flag, the version of an action or of the builder, a copy between"
        " registries, or who pushed the image. An image that was pushed by hand in place of the release workflow looks"
        " like that, too."
    ),
    remediation=Remediation(
        "Compare the two builds: which workflow and which versions built each of them. Then ask for provenance in max"
        " mode in every build step, so that no default decides it, and build again.",
        build.BUILD,
        "yaml",
        build.SEE_MODE,
    ),
    references=(build.DOCS_PROVENANCE, build.DOCS_STORAGE, build.SPEC_PROVENANCE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Platform by platform; another builder's provenance has no mode, so only its absence is a loss."""
    return losses(rule, context, _PROVENANCE)


def _less(before: Provenance, now: Provenance | None) -> str:
    if now is None:
        mode = f"in {before.mode} mode " if before.mode in {Mode.MAX, Mode.MIN} else ""
        return f"no provenance; it was there {mode}".rstrip()
    if before.mode is Mode.MAX and now.mode in {Mode.MIN, None}:
        return "mode=min; it was max"
    return ""


def _unclear(provenance: Provenance) -> str:
    return "the mode cannot be read: its version or its build type is not known" if provenance.mode is None else ""


_PROVENANCE = Thing(
    kind=Provenance,
    part=lambda platform: platform.provenance,
    where=lambda platform: platform.where,
    is_full=lambda provenance: provenance.mode in {Mode.MAX, Mode.FOREIGN},
    less=_less,
    unclear=_unclear,
)
