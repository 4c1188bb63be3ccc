"""What an earlier release had and this one has not: the law that the rules about losses share.

A loss is told only when both sides were seen. Whatever could not be read on either side makes it unknown, unless this
image has all that there could be: then nothing can be lost, whatever the baseline was.
"""

from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

from msgspec import Struct

from bot.context import Context
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.rules.rule import Finding, Rule, SkippedReason
from bot.rules.unknowns import is_gone, unread_parts, unseen_children
from bot.unreadable import UnknownReason, over_limit

T = TypeVar("T")

COMPARED_MAX: Final = 256
"""Platforms of an image that are compared, each with each; the largest official images have some 20."""

NO_BASELINE: Final = "no earlier release of this image is known, so there is nothing to compare it with"
INDEX: Final = "index"


class Thing(Struct, Generic[T], frozen=True):
    """What may be lost: provenance, an SBOM.

    `part` takes it out of a platform, `where` says in which place it stood; `is_full` when there could not be more of
    it; `less` says in a sentence what is lost when the first was there and now the second is, or ""; `unclear` says why
    one cannot be compared, or "".
    """

    kind: type[T]
    part: Callable[[PlatformEvidence], T | Unreadable | None]
    where: Callable[[PlatformEvidence], str]
    is_full: Callable[[T], bool]
    less: Callable[[T, T | None], str]
    unclear: Callable[[T], str] = lambda _: ""


def baseline_of(context: Context) -> Evidence | Unreadable | None:
    """What the image is compared with; unreadable, too, when either side has more platforms than are compared."""
    baseline = context.baseline
    if not isinstance(baseline, Evidence):
        return baseline
    for evidence in (baseline, context.evidence):
        if len(evidence.platforms) > COMPARED_MAX:
            count, what = len(evidence.platforms), f"COMPARED_MAX = {COMPARED_MAX}"
            return over_limit(f"{named(evidence)} has {count} platforms, more than are compared ({what})")
    return baseline


def no_baseline(rule: Rule) -> Finding:
    """There is nothing to compare with."""
    return rule.not_asked("image", NO_BASELINE, SkippedReason.NO_BASELINE)


def named(baseline: Evidence, own: Evidence | None = None) -> str:
    """The baseline in a sentence: its tag, or its digest. A rolling tag is compared with what it stood for before."""
    digest = f"{baseline.digest[:19]}…"
    if own is not None and own.image.tag and _place(own) == _place(baseline):
        return f"the image before ({digest})"
    return baseline.image.tag or digest


def _place(evidence: Evidence) -> tuple[str, str]:
    return evidence.image.name, evidence.image.tag


def unread_baseline(rule: Rule, unread: Unreadable, subject: PlatformEvidence | str = "image") -> Finding:
    """Unknown because the earlier release, or a part of it, could not be looked at."""
    return rule.unread(subject, unread, f"the earlier release could not be looked at: {unread.reason}")


def ambiguous_baseline(rule: Rule, baseline: Evidence, subject: PlatformEvidence | str = "image") -> Iterator[Finding]:
    """Unknown when the earlier release has documents that can be read in two ways: it may have had more than we see."""
    if baseline.ambiguous:
        told = f"{named(baseline)}, the earlier release, has documents that can be read in two ways"
        yield rule.unknown(subject, UnknownReason.AMBIGUOUS, told)


def losses(rule: Rule, context: Context, thing: Thing[T]) -> Iterator[Finding]:
    """A finding for each platform that had it, or had more of it, and for each of which nobody can tell."""
    baseline = baseline_of(context)
    if baseline is None:
        yield no_baseline(rule)
        return
    yield from unread_parts(rule, context.evidence)
    for platform in context.evidence.platforms:
        now = thing.part(platform)
        if isinstance(now, thing.kind) and thing.is_full(now):
            continue
        if isinstance(baseline, Unreadable):
            yield unread_baseline(rule, baseline, platform)
        else:
            yield from _compared(rule, context, baseline, thing, platform)


def _compared(
    rule: Rule, context: Context, baseline: Evidence, thing: Thing[T], platform: PlatformEvidence
) -> Iterator[Finding]:
    """One platform that may have lost something."""
    from bot.rules.twins import twins  # noqa: PLC0415 - only where there is an earlier release

    now = thing.part(platform)
    there = now if isinstance(now, thing.kind) else None
    other = twins(platform, baseline.platforms, context.evidence.platforms)
    lost = [(one, told) for one in other.platforms if (told := _lost(thing, one, there))]
    if lost and (other.is_sure or len(lost) == len(other.platforms)):
        before, told = lost[0]
        blank = list(_unsure(rule, context, thing, platform, is_late=thing.where(before) != INDEX))
        yield from blank or [rule.fail(platform, f"{told} in {named(baseline, context.evidence)}")]
        return
    if lost:
        name = named(baseline, context.evidence)
        told = f"{name} had it for some platforms, and it is not named which of them this one is"
        yield rule.unknown(platform, UnknownReason.UNREADABLE, told)
        return
    yield from _perhaps(rule, baseline, thing, platform, [thing.part(one) for one in other.platforms])


def _lost(thing: Thing[T], before: PlatformEvidence, now: T | None) -> str:
    had = thing.part(before)
    return thing.less(had, now) if isinstance(had, thing.kind) else ""


def _unsure(
    rule: Rule, context: Context, thing: Thing[T], platform: PlatformEvidence, *, is_late: bool
) -> Iterator[Finding]:
    """Why nobody can tell whether this platform lacks it: unread, perhaps elsewhere, or not there yet."""
    evidence, now = context.evidence, thing.part(platform)
    if isinstance(now, Unreadable):
        if not is_gone(evidence, now):
            yield rule.unread(platform, now)
        return
    if now is not None:
        if told := thing.unclear(now):
            yield rule.unknown(platform, UnknownReason.UNSUPPORTED, told)
        return
    for part in unseen_children(evidence):
        yield rule.unread(platform, part)
    for place in (*evidence.signatures_unreadable, *evidence.code_host_unreadable):
        yield rule.unread(platform, place, f"not in the index, and elsewhere we could not look: {place.reason}")
    if is_late and not evidence.signatures_searched:
        told = "the earlier release had it beside the image, and nobody looked there"
        yield rule.unknown(platform, UnknownReason.NOT_SEARCHED, told)
    elif is_late and not context.is_settled:
        told = "none yet; it was checked within the policy's settle time"
        yield rule.unknown(platform, UnknownReason.AWAITING_SIGNATURE, told)


def _perhaps(
    rule: Rule,
    baseline: Evidence,
    thing: Thing[T],
    platform: PlatformEvidence,
    parts: list[T | Unreadable | None],
) -> Iterator[Finding]:
    """Unknown when the baseline may have had more than was seen of it."""
    unread = [part for part in parts if isinstance(part, Unreadable)]
    seen = [part for part in parts if isinstance(part, thing.kind)]
    unread += [Unreadable(told, UnknownReason.UNSUPPORTED) for part in seen if (told := thing.unclear(part))]
    unread += baseline.unreadable
    if None in parts:
        unread += (*baseline.signatures_unreadable, *baseline.code_host_unreadable)
    if unread:
        yield unread_baseline(rule, unread[0], platform)
    else:
        yield from ambiguous_baseline(rule, baseline, platform)
