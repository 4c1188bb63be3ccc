"""The law of unknown: what could not be looked at is said, and is neither a pass nor a fail.

The second half is about signatures: places that were not searched, signatures that were not judged or are awaited.
"""

from collections.abc import Callable, Iterator
from typing import Final

from bot.context import Context
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.rules.coverage import Wanted, reasons, uncovered, unread_signed
from bot.rules.rule import Finding, Rule
from bot.signatures.signature import Signature

NOT_OVER: Final = "the time that the policy gives signatures to arrive is not over"


def unread_parts(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    """Unknown for each part of the index that could not be looked at, and for an image in which nothing runs."""
    for part in evidence.unreadable:
        yield rule.unknown("image", part.reason)
    if not evidence.platforms and not evidence.unreadable:
        yield rule.unknown("image", "it holds no platform that could run, so there is nothing to judge")


def unread_statements(rule: Rule, evidence: Evidence, platform: PlatformEvidence) -> Iterator[Finding]:
    """Unknown for each attestation of that platform that could not be looked at."""
    reasons = [statement.unreadable for statement in platform.statements if statement.unreadable]
    reasons += [part.reason for part in (platform.provenance, platform.sbom) if isinstance(part, Unreadable)]
    for reason in dict.fromkeys(reasons):
        if not is_gone(evidence, reason):
            yield rule.unknown(platform, reason)


def unread_provenance(rule: Rule, evidence: Evidence, platform: PlatformEvidence) -> Iterator[Finding]:
    """Unknown when the provenance could not be looked at; what is gone says nothing any more."""
    match platform.provenance:
        case Unreadable(reason) if not is_gone(evidence, reason):
            yield rule.unknown(platform, reason)
        case _:
            return


def is_gone(evidence: Evidence, reason: str) -> bool:
    """Whether it could not be read because the registry answered 404: that is a finding of attestation-missing-blob."""
    return any(missing.digest in reason for missing in evidence.missing)


def absences(
    rule: Rule,
    evidence: Evidence,
    part: Callable[[PlatformEvidence], object],
    what: str,
    instead: Callable[[PlatformEvidence], str] = lambda _: "",
) -> Iterator[Finding]:
    """Failures for the platforms that lack that part; missing is only what was looked for everywhere.

    `what` is its name in sentences, `instead` says what stands in its place.
    """
    yield from unread_parts(rule, evidence)
    for platform in evidence.platforms:
        match part(platform):
            case Unreadable(reason) if is_gone(evidence, reason):
                yield rule.fail(platform, f"no {what} any more: the registry answers 404 for it")
            case Unreadable(reason):
                yield rule.unknown(platform, reason)
            case None if evidence.signatures_unreadable:
                yield from _unsearched(rule, evidence, platform)
            case None:
                yield rule.fail(platform, f"no {what}{instead(platform)}")
            case _:
                continue


def _unsearched(rule: Rule, evidence: Evidence, platform: PlatformEvidence) -> Iterator[Finding]:
    """Unknown when something is not in the index, and another place where it may be could not be searched."""
    for place in evidence.signatures_unreadable:
        yield rule.unknown(platform, f"nothing in the index, and elsewhere we could not look: {place.reason}")


def unsearched_signatures(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    """Unknown when nobody looked for signatures, or some place where they may be could not be searched."""
    if not evidence.signatures_searched:
        yield rule.unknown("image", "signatures were not looked for")
    for place in evidence.signatures_unreadable:
        yield rule.unknown("image", f"could not be looked at: {place.reason}")
    for platform in evidence.platforms:
        for one in unread_signed(evidence, platform):
            yield rule.unknown(platform, f"{one.digest} is signed, but what it says could not be read")


def unread_rest(rule: Rule, evidence: Evidence, wanted: Wanted) -> Iterator[Finding]:
    """Unknown when all platforms that we saw are signed so, and others could not be looked at."""
    if not uncovered(evidence, wanted):
        for part in evidence.unreadable:
            yield rule.unknown("image", part.reason)


def not_yet(rule: Rule, context: Context, so_far: str = "none yet") -> Iterator[Finding]:
    """Unknown while the signatures of a push may still be on their way."""
    if not context.is_settled:
        yield rule.unknown("image", f"{so_far}; {NOT_OVER}")


def unjudged(rule: Rule, signatures: tuple[Signature, ...], subject: str = "image") -> Iterator[Finding]:
    """Unknown when there are signatures that could not be verified."""
    if signatures:
        yield rule.unknown(subject, f"present, but not verified: {reasons(signatures)}")
