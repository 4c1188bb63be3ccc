"""The law of unknown: what could not be looked at is told as such, and is neither a pass nor a fail.

The second half is about signatures: places that were not searched, signatures that were not judged or are awaited.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bot.attestations.head import is_provenance_type
from bot.attestations.reading import StatementEvidence
from bot.context import Context
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.remedies import signing
from bot.rules.coverage import Wanted, reasons, uncovered, unread_signed
from bot.rules.rule import Finding, Remediation, Rule
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import Signature
from bot.unreadable import UnknownReason
from bot.values import replace

NAME_THE_KEY: Final = Remediation(
    "A key signed it, and the policy does not name that key. Put the public half of the signer's key beside the policy,"
    " and name it in the entry for these images; with the right one, the next check verifies the signature.",
    signing.POLICY_OTHER_KEY,
    "yaml",
    signing.SEE_OTHER_KEY,
)


def unread_parts(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    """Unknown for each part of the index that could not be looked at, and for an image in which nothing runs.

    In an artifact nothing is meant to run.
    """
    for part in evidence.unreadable:
        yield rule.unread("image", part)
    if not evidence.platforms and not evidence.unreadable and evidence.artifact is None:
        told = "it has no platform that could run, so there is nothing to judge"
        yield rule.unknown("image", UnknownReason.NOTHING_RUNS, told)


def unread_statements(rule: Rule, evidence: Evidence, platform: PlatformEvidence) -> Iterator[Finding]:
    """Unknown for each attestation of that platform that could not be looked at."""
    parts = [statement.unreadable for statement in platform.statements if statement.unreadable]
    parts += [part for part in (platform.provenance, platform.sbom) if isinstance(part, Unreadable)]
    for part in dict.fromkeys(parts):
        if not is_gone(evidence, part):
            yield rule.unread(platform, part)


def unread_provenance(rule: Rule, evidence: Evidence, platform: PlatformEvidence) -> Iterator[Finding]:
    """Unknown when the provenance could not be looked at; what is gone says nothing any longer."""
    match platform.provenance:
        case Unreadable() as part if not is_gone(evidence, part):
            yield rule.unread(platform, part)
        case _:
            return


def unread_besides(rule: Rule, evidence: Evidence, platform: PlatformEvidence) -> Iterator[Finding]:
    """Unknown when something else may be said about the platform's build: it may be less, or contradict what was read.

    A statement that could not be read, or a place beside the index that could not be searched. Places of a
    registry that never answers "not found" do not count: no image of it could ever pass.
    """
    unread = [one.unreadable for one in platform.statements if one.unreadable and _may_be_provenance(one)]
    places = [one for one in evidence.signatures_unreadable if one.code is not UnknownReason.ABSENCE_HIDDEN]
    for part in [one for one in (*unread, *places) if not is_gone(evidence, one)][:1]:
        yield rule.unread(platform, part, f"what else is said about its build could not be looked at: {part.reason}")


def _may_be_provenance(statement: StatementEvidence) -> bool:
    return not statement.predicate_type or is_provenance_type(statement.predicate_type)


def is_gone(evidence: Evidence, part: Unreadable) -> bool:
    """Whether the registry answered 404 for it: then attestation-missing-blob tells of it."""
    return part.is_gone and any(missing.digest == part.digest for missing in evidence.missing)


def absences(
    rule: Rule,
    evidence: Evidence,
    part: Callable[[PlatformEvidence], object],
    what: str,
    instead: Callable[[PlatformEvidence], str] = lambda _: "",
) -> Iterator[Finding]:
    """Failures for the platforms without that part; missing is only what was looked for everywhere.

    `what` is its name in sentences, `instead` says what is there in its place.
    """
    yield from unread_parts(rule, evidence)
    for platform in evidence.platforms:
        match part(platform):
            case Unreadable() as unread if is_gone(evidence, unread):
                yield rule.fail(platform, f"the {what} is gone: the registry answers 404 for it")
            case Unreadable() as unread:
                yield rule.unread(platform, unread)
            case None if places := (*unsearched(evidence), *unseen_children(evidence)):
                yield from (rule.unread(platform, place) for place in places)
            case None:
                yield rule.fail(platform, f"no {what}{instead(platform)}{_not_answered(evidence)}")
            case _:
                continue


def _not_answered(evidence: Evidence) -> str:
    """The rule is about the registry; what a code host may hold besides is said when it did not answer."""
    return "".join(f" in the registry ({place.reason})" for place in evidence.code_host_unreadable[:1])


def unsearched(evidence: Evidence) -> tuple[Unreadable, ...]:
    """Why what is not in the index need not be absent: other places where it may be could not be searched."""
    told = "not in the index, and elsewhere we could not look"
    return tuple(replace(place, reason=f"{told}: {place.reason}") for place in evidence.signatures_unreadable)


def unseen_children(evidence: Evidence) -> tuple[Unreadable, ...]:
    """Why what was not found in the index need not be absent: a child that could not be looked at may hold it."""
    told = "not in what could be read of the index"
    return tuple(replace(part, reason=f"{told}: {part.reason}") for part in evidence.unreadable)


def unsearched_signatures(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    """Unknown when nobody looked for signatures, or some place where they may be could not be searched."""
    if not evidence.signatures_searched:
        yield rule.unknown("image", UnknownReason.NOT_SEARCHED, "signatures were not looked for")
    for place in (*evidence.signatures_unreadable, *evidence.code_host_unreadable):
        yield rule.unread("image", place, f"could not be looked at: {place.reason}")
    for platform in evidence.platforms:
        for one in unread_signed(evidence, platform):
            told = f"{one.digest} is signed, but its content could not be read"
            yield rule.unknown(platform, UnknownReason.UNREADABLE, told)


def unread_rest(rule: Rule, evidence: Evidence, wanted: Wanted) -> Iterator[Finding]:
    """Unknown when all platforms that we saw are signed so, and others could not be looked at."""
    if not uncovered(evidence, wanted):
        for part in evidence.unreadable:
            yield rule.unread("image", part)


def not_yet(rule: Rule, context: Context, so_far: str = "none yet") -> Iterator[Finding]:
    """Unknown while the signatures of a push may still be on their way."""
    if not context.is_settled:
        told = f"{so_far}; it was checked within the policy's settle time"
        yield rule.unknown("image", UnknownReason.AWAITING_SIGNATURE, told)


def unjudged(rule: Rule, signatures: tuple[Signature, ...], subject: str = "image") -> Iterator[Finding]:
    """Unknown when there are signatures that could not be verified."""
    if signatures:
        told = f"present, but not verified: {reasons(signatures)}"
        by_key = any(one.code is SignatureReason.NO_KEY for one in signatures)
        yield rule.unknown(subject, UnknownReason.NO_KEY if by_key else UnknownReason.UNVERIFIABLE, told)


def advice_on(reasons: Iterable[UnknownReason | None]) -> Remediation | None:
    """What makes known what is unknown for these reasons, where the owner of the policy can do that."""
    return NAME_THE_KEY if UnknownReason.NO_KEY in reasons else None
