"""The law of unknown for signatures: what was not searched, not readable, not to be judged, or not yet there."""

from collections.abc import Iterator
from typing import Final

from bot.attestations.signature import Signature
from bot.evidence import Evidence
from bot.rules._coverage import Wanted, reasons, uncovered, unread_signed
from bot.rules._expected import Expected
from bot.rules._rule import Finding, Rule

NOT_OVER: Final = "the time that the policy gives signatures to arrive is not over"


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


def not_yet(rule: Rule, expected: Expected, so_far: str = "none yet") -> Iterator[Finding]:
    """Unknown while the signatures of a push may still be on their way."""
    if not expected.settled:
        yield rule.unknown("image", f"{so_far}; {NOT_OVER}")


def unjudged(rule: Rule, signatures: tuple[Signature, ...], subject: str = "image") -> Iterator[Finding]:
    """Unknown when there are signatures that could not be verified."""
    if signatures:
        yield rule.unknown(subject, f"present, but not verified: {reasons(signatures)}")
