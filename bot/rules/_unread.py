"""The law of unknown: what could not be looked at is said, and is neither a pass nor a fail."""

from collections.abc import Callable, Iterator

from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.rules._rule import Finding, Rule


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
