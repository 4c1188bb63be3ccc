"""A platform that the release before had, or that the policy names, is missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.context import Context
from bot.evidence import Evidence, Unreadable
from bot.remedies import build
from bot.rules.losses import ambiguous_baseline, baseline_of, named, no_baseline, unread_baseline
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.shown import shown
from bot.rules.twins import PlatformKey, is_same, key_of
from bot.unreadable import UnknownReason

rule = Rule(
    __name__,
    title="A platform is missing",
    severity=Severity.HIGH,
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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A platform that the image should have, as it is called where it is named."""

    name: str
    because: str


@rule
def check(context: Context) -> Iterator[Finding]:
    """The policy's and the baseline's platforms, each under any of its spellings."""
    baseline = baseline_of(context)
    wanted = _wanted(context, baseline if isinstance(baseline, Evidence) else None)
    if baseline is None and not wanted:
        yield no_baseline(rule)
        return
    missing = list(_missing(context.evidence, wanted))
    blank = list(_unseen(context.evidence)) if missing else []
    yield from blank or missing
    if not missing and baseline is not None:
        yield from _perhaps(baseline)


def _wanted(context: Context, baseline: Evidence | None) -> dict[PlatformKey, _Wanted]:
    """The policy's before the baseline's."""
    named_by_policy = (_Wanted(name, "the policy names it") for name in context.expected.platforms)
    wanted = list(named_by_policy)
    if baseline is not None:
        wanted += [_Wanted(one.platform, f"{named(baseline)} has it") for one in baseline.platforms]
    return {key: one for one in reversed(wanted) if (key := key_of(one.name)) is not None}


def _missing(evidence: Evidence, wanted: dict[PlatformKey, _Wanted]) -> Iterator[Finding]:
    """Those that no platform of the image can be, and those that are more than the image has of their kind."""
    there = [key for platform in evidence.platforms if (key := key_of(platform.platform)) is not None]
    left: dict[str, int] = {}
    for key, one in reversed(wanted.items()):
        matching = sum(is_same(own, key) for own in there)
        left[key.name] = left.get(key.name, 0) + bool(key.build)
        if not matching or (key.build and left[key.name] > sum(own.name == key.name for own in there)):
            yield rule.fail(shown(one.name), f"not in this image; {one.because}")


def _unseen(evidence: Evidence) -> Iterator[Finding]:
    """Unknown when a part of this image that was not seen, or has no name, may be the missing platform."""
    for part in evidence.unreadable:
        yield rule.unread("image", part)
    for platform in evidence.platforms:
        if key_of(platform.platform) is None:
            yield rule.unknown(platform, UnknownReason.UNREADABLE, "neither the index nor a configuration names it")


def _perhaps(baseline: Evidence | Unreadable) -> Iterator[Finding]:
    """All platforms that we know of are there; unknown when the baseline may have had more."""
    if isinstance(baseline, Unreadable):
        yield unread_baseline(rule, baseline)
    elif baseline.unreadable:
        yield unread_baseline(rule, baseline.unreadable[0])
    elif any(key_of(platform.platform) is None for platform in baseline.platforms):
        told = f"a platform of {named(baseline)}, the earlier release, has no name"
        yield rule.unknown("image", UnknownReason.UNREADABLE, told)
    else:
        yield from ambiguous_baseline(rule, baseline)
