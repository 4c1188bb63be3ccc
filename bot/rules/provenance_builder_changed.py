"""Another builder, workflow or source repository than that of the release before."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.attestations.provenance import Provenance
from bot.attestations.secrets import shown
from bot.context import Context
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.remedies import build, signing
from bot.rules.losses import ambiguous_baseline, baseline_of, named, no_baseline, unread_baseline
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_parts, unread_provenance
from bot.unreadable import UnknownReason

if TYPE_CHECKING:
    from bot.rules.builders import Origin

rule = Rule(
    __name__,
    title="Built in another way than the release before",
    severity=Severity.MEDIUM,
    of_change=True,
    needs=frozenset({"provenance-missing"}),
    rationale=(
        "Releases are built by the same workflow of the same repository, one after the other. When the builder, the"
        " workflow file or the source repository is another one, either somebody changed how releases are made, and"
        " people should know, or this one did not come out of the release process. In unsigned provenance these are"
        " claims, but they show mistakes, and forgeries that do not try hard."
    ),
    remediation=Remediation(
        "Find out who changed it. If it was meant, name the new builder and source in the policy, so that they are"
        " required from now on; else build the release again in its own workflow.",
        signing.POLICY_SOURCE,
        "yaml",
        build.SEE_HERE,
    ),
    references=(build.SPEC_PROVENANCE, signing.SLSA_LEVELS),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Compared platform by platform, and only what both releases name; and the signers of both."""
    baseline, evidence = baseline_of(context), context.evidence
    if baseline is None:
        yield no_baseline(rule)
        return
    if isinstance(baseline, Unreadable):
        yield unread_baseline(rule, baseline)
        return
    yield from unread_parts(rule, evidence)
    for platform in evidence.platforms:
        yield from unread_provenance(rule, evidence, platform)
        if isinstance(platform.provenance, Provenance):
            yield from _compared(platform, baseline, evidence)
    yield from _signers(evidence, baseline)


def _signers(evidence: Evidence, baseline: Evidence) -> Iterator[Finding]:
    """Certificates name the workflow file, too, and unlike provenance they cannot be written by everybody."""
    from bot.rules.builders import signers  # noqa: PLC0415 - only where there is an earlier release

    now, was = signers(evidence), signers(baseline)
    if now and was and not now & was:
        told = f"signed by {shown(' and '.join(sorted(now)))}, before by {shown(' and '.join(sorted(was)))}"
        yield rule.fail("image", f"{told} (since {named(baseline, evidence)})")


def _compared(platform: PlatformEvidence, baseline: Evidence, evidence: Evidence) -> Iterator[Finding]:
    from bot.rules.twins import twins  # noqa: PLC0415 - only where there is an earlier release

    other = twins(platform, baseline.platforms, evidence.platforms)
    before = [one.provenance for one in other.platforms]
    elsewhere = (*baseline.signatures_unreadable, *baseline.code_host_unreadable) if None in before else ()
    for part in (*before, *baseline.unreadable, *elsewhere):
        if isinstance(part, Unreadable):
            yield unread_baseline(rule, part, platform)
            return
    known = [part for part in before if isinstance(part, Provenance)]
    changes = list(dict.fromkeys(change for one in known for change in _changes(platform, one)))
    if changes and not other.is_sure:
        told = f"it is not named which platform of {named(baseline, evidence)} this one is"
        yield rule.unknown(platform, UnknownReason.UNREADABLE, told)
    elif changes:
        yield rule.fail(platform, f"{'; '.join(changes)} (since {named(baseline, evidence)})")
    else:
        yield from ambiguous_baseline(rule, baseline, platform)


def _changes(platform: PlatformEvidence, before: Provenance) -> Iterator[str]:
    """What every statement of the same kind must agree with; without one, the kind itself is another."""
    from bot.rules.builders import kind_of, origin_of  # noqa: PLC0415 - only where there is an earlier release

    told = [one for one in (platform.provenance, *platform.provenances) if isinstance(one, Provenance)]
    same = [one for one in told if kind_of(one) == kind_of(before)]
    if not same:
        yield f"built as {shown(kind_of(told[0]))}, before as {shown(kind_of(before))}"
    was = origin_of(before)
    for one in dict.fromkeys(map(origin_of, same)):
        yield from _differences(one, was)


def _differences(now: "Origin", was: "Origin") -> Iterator[str]:
    if was.builder and now.builder != was.builder:
        yield f"builder {shown(now.builder) or 'is empty'}, before {shown(was.builder)}"
    if was.workflow and now.workflow and now.workflow != was.workflow:
        yield f"workflow {shown(now.workflow)}, before {shown(was.workflow)}"
    if was.source and now.source and now.source.casefold() != was.source.casefold():
        yield f"source {shown(now.source)}, before {shown(was.source)}"
