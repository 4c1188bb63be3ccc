"""Which platforms an image lacks: those of the policy and of the release before, each under any of its spellings."""

from collections.abc import Iterator

from msgspec import Struct

from bot.attestations.secrets import shown
from bot.context import Context
from bot.evidence import Evidence, Unreadable
from bot.rules.losses import ambiguous_baseline, named, no_baseline, unread_baseline
from bot.rules.rule import Finding, Rule
from bot.rules.twins import PlatformKey, is_same, key_of
from bot.unreadable import UnknownReason


class _Wanted(Struct, frozen=True):
    """A platform that the image should have, as it is called where it is named."""

    name: str
    because: str


def lacking(rule: Rule, context: Context, baseline: Evidence | Unreadable | None) -> Iterator[Finding]:
    """What that rule has to say of each platform that is missing, or may be."""
    wanted = _wanted(context, baseline if isinstance(baseline, Evidence) else None)
    if baseline is None and not wanted:
        yield no_baseline(rule)
        return
    missing = list(_missing(rule, context.evidence, wanted))
    blank = list(_unseen(rule, context.evidence)) if missing else []
    yield from blank or missing
    if not missing and baseline is not None:
        yield from _perhaps(rule, baseline)


def _wanted(context: Context, baseline: Evidence | None) -> dict[PlatformKey, _Wanted]:
    """The policy's before the baseline's."""
    named_by_policy = (_Wanted(name, "the policy names it") for name in context.expected.platforms)
    wanted = list(named_by_policy)
    if baseline is not None:
        before = named(baseline, context.evidence)
        wanted += [_Wanted(one.platform, f"{before} has it") for one in baseline.platforms]
    return {key: one for one in reversed(wanted) if (key := key_of(one.name)) is not None}


def _missing(rule: Rule, evidence: Evidence, wanted: dict[PlatformKey, _Wanted]) -> Iterator[Finding]:
    """Those that no platform of the image can be, and those that are more than the image has of their kind."""
    there = [key for platform in evidence.platforms if (key := key_of(platform.platform)) is not None]
    left: dict[str, int] = {}
    for key, one in reversed(wanted.items()):
        matching = sum(is_same(own, key) for own in there)
        left[key.name] = left.get(key.name, 0) + bool(key.build)
        if not matching or (key.build and left[key.name] > sum(own.name == key.name for own in there)):
            yield rule.fail(shown(one.name), f"not in this image; {one.because}")


def _unseen(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    """Unknown when a part of this image that was not seen, or has no name, may be the missing platform."""
    for part in evidence.unreadable:
        yield rule.unread("image", part)
    for platform in evidence.platforms:
        if key_of(platform.platform) is None:
            yield rule.unknown(platform, UnknownReason.UNREADABLE, "neither the index nor a configuration names it")


def _perhaps(rule: Rule, baseline: Evidence | Unreadable) -> Iterator[Finding]:
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
