"""A platform that the release before had, or that the policy names, is missing."""

from collections.abc import Iterator

from bot.context import Context
from bot.remedies import build
from bot.rules.losses import baseline_of, no_baseline
from bot.rules.rule import Finding, Remediation, Rule, Severity

rule = Rule(
    __name__,
    title="A platform is missing",
    severity=Severity.HIGH,
    of_change=True,
    compares=frozenset({"platforms"}),
    rationale=(
        "Who runs this platform got the release before, and cannot pull this one, or gets another platform that runs"
        " slowly under emulation. One job of a matrix that failed does it, a copy of a single platform, and a tag that"
        " a build on somebody's own machine replaced."
    ),
    remediation=Remediation(
        "Build all platforms in one step, or join the builds of single platforms only when all of them are there; copy"
        " the whole index between registries. If the platform was given up on purpose, remove it from the policy's"
        " `platforms`; from the next release on, it is no longer part of what is compared.",
        build.BUILD,
        "yaml",
        build.SEE_INDEX,
    ),
    references=("https://docs.docker.com/build/building/multi-platform/", build.DOCS_STORAGE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """The policy's and the baseline's platforms, each under any of its spellings."""
    baseline = baseline_of(context)
    if baseline is None and not context.expected.platforms:
        yield no_baseline(rule)
        return
    from bot.rules.platforms import lacking  # noqa: PLC0415 - only where there is something to compare with

    yield from lacking(rule, context, baseline)
