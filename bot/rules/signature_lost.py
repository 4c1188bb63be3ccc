"""The release before was signed."""

from collections.abc import Iterator

from bot.context import Context
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.remedies import signing
from bot.rules.coverage import (
    Wanted,
    about_image,
    about_platform,
    covers_all,
    image_signatures,
    is_unverifiable,
    is_valid,
    uncovered,
)
from bot.rules.losses import ambiguous_baseline, baseline_of, named, no_baseline, unread_baseline
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import not_yet, unjudged, unread_rest, unsearched_signatures
from bot.signatures.signature import Signature
from bot.unreadable import UnknownReason

rule = Rule(
    __name__,
    title="The signature was lost since the release before",
    severity=Severity.CRITICAL,
    of_change=True,
    of_artifacts=True,
    absence=True,
    covers=frozenset({"signature-missing"}),
    compares=frozenset({"layouts", "readers"}),
    rationale=(
        "An earlier release was signed, and this one is not, or only in a layout that the policy's `layouts` do not"
        " name. Whoever verifies before pulling now refuses this release, and whoever stops verifying because of that"
        " takes anybody's image. A tool's new default does it (cosign 3 signs in another place than cosign 2), a"
        " signing step that signs another digest, and somebody who can push and cannot sign."
    ),
    remediation=Remediation(
        "Look at the signing step of the release workflow: whether it ran, which digest it signed, and in which layout"
        " its version of cosign writes. Sign the digest again in that workflow; do not sign by hand an image of which"
        " you do not know who pushed it.",
        signing.SIGN,
        "yaml",
        signing.SEE,
    ),
    references=(signing.COSIGN, signing.COSIGN_VERIFY),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Only verified signatures count, on either side; one in a layout that nobody reads is none."""
    baseline = baseline_of(context)
    if baseline is None:
        yield no_baseline(rule)
        return
    wanted = _read_by_users(context)
    evidence = context.evidence
    if covers_all(evidence, wanted):
        return
    if isinstance(baseline, Unreadable):
        yield unread_baseline(rule, baseline)
        return
    lost = _lost(evidence, baseline, wanted)
    if not lost:
        unseen = list(unread_rest(rule, evidence, wanted)) if _is_signed(baseline) else []
        yield from unseen or _perhaps(baseline)
        return
    blank = [*unsearched_signatures(rule, evidence), *unread_rest(rule, evidence, wanted)]
    blank += unjudged(rule, image_signatures(evidence, is_unverifiable))
    yield from blank or list(not_yet(rule, context)) or list(_told(context, baseline, lost))


def _read_by_users(context: Context) -> Wanted:
    """Valid signatures in a layout that the policy names; in any, when it names none."""
    layouts = context.expected.layouts
    return lambda one: is_valid(one) and (not layouts or one.layout in layouts)


def _is_signed(evidence: Evidence) -> bool:
    return bool(image_signatures(evidence, is_valid))


def _lost(evidence: Evidence, baseline: Evidence, wanted: Wanted) -> tuple[PlatformEvidence | None, ...]:
    """The platforms without such a signature that were signed; None stands for an image without platforms."""
    if not evidence.platforms:
        lacks = not about_image(evidence, wanted) and not evidence.unreadable
        return (None,) if lacks and about_image(baseline, is_valid) else ()
    lacking = uncovered(evidence, wanted)
    if covers_all(baseline, is_valid):
        return lacking
    return tuple(one for one in lacking if _was_signed(one, baseline, evidence))


def _was_signed(platform: PlatformEvidence, baseline: Evidence, evidence: Evidence) -> bool:
    from bot.rules.twins import twins  # noqa: PLC0415 - only where there is an earlier release

    found = twins(platform, baseline.platforms, evidence.platforms).platforms
    return any(about_platform(baseline, one, is_valid) for one in found)


def _perhaps(baseline: Evidence) -> Iterator[Finding]:
    """This one lacks a signature, and none was seen on the baseline: unknown when there may be one."""
    for part in (*baseline.signatures_unreadable, *baseline.code_host_unreadable, *baseline.unreadable):
        yield unread_baseline(rule, part)
        return
    if not baseline.signatures_searched:
        told = f"nobody looked for signatures of {named(baseline)}, the earlier release"
        yield rule.unknown("image", UnknownReason.NOT_SEARCHED, told)
    elif image_signatures(baseline, is_unverifiable):
        told = f"{named(baseline)}, the earlier release, has a signature that could not be verified"
        yield rule.unknown("image", UnknownReason.UNVERIFIABLE, told)
    else:
        yield from ambiguous_baseline(rule, baseline)


def _told(context: Context, baseline: Evidence, lost: tuple[PlatformEvidence | None, ...]) -> Iterator[Finding]:
    """About the image when all of it is concerned, else about each platform."""
    evidence = context.evidence
    instead = _instead(context)
    if None in lost or len(lost) == len(evidence.platforms):
        yield rule.fail("image", f"{instead}; {named(baseline, evidence)} was signed")
        return
    for platform in lost:
        if platform is not None:
            yield rule.fail(platform, f"{instead}; {named(baseline, evidence)} was signed for it")


def _instead(context: Context) -> str:
    """What there is now: nothing, or something that does not count."""
    elsewhere = image_signatures(context.evidence, is_valid)
    if elsewhere and context.expected.layouts:
        found = " and ".join(sorted({one.layout for one in elsewhere}))
        read = " or ".join(sorted(context.expected.layouts))
        return f"signed only as {found}, and the policy's layouts name {read}"
    if image_signatures(context.evidence, _is_refused):
        return "signed, but no signature is valid"
    return "not signed"


def _is_refused(signature: Signature) -> bool:
    return not is_valid(signature) and not is_unverifiable(signature)
