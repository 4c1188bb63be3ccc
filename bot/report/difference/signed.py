"""How the signatures of two images differ. Lost only when every place was searched and no valid one is left."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from bot.attestations.head import is_provenance_type
from bot.report.difference.document import Aspect, DifferenceKind, ImageChange
from bot.report.difference.sides import IMAGE, pairs
from bot.report.document import Report
from bot.report.evidence import SignatureSummary
from bot.rules import Question
from bot.rules.builders import builder_of


class Standing(StrEnum):
    """How one subject is signed."""

    VALID = "signed"
    REFUSED = "signed, but the signature is not valid"
    NONE = "not signed"
    UNKNOWN = "could not be checked"


class SubjectSignatures(Struct, frozen=True):
    """The signatures of one subject. `reason` says why nobody can tell."""

    standing: Standing
    signers: tuple[str, ...] = ()
    layouts: tuple[str, ...] = ()
    reason: str = ""
    unread_by: tuple[str, ...] = ()  # layouts of valid signatures that the image's users cannot read

    def __str__(self) -> str:
        if self.standing is Standing.VALID:
            return f"signed by {', '.join(self.signers) or 'a key'}"
        if self.unread_by and self.standing is Standing.NONE:
            return f"signed only as {', '.join(self.unread_by)}, which the policy's layouts do not name"
        return self.standing.value


def compare_signatures(before: Report, after: Report, readers: frozenset[str]) -> Iterator[ImageChange]:
    """The changes of all subjects. `readers` are the layouts that the image's users can read; empty means all."""
    old, new = signed(before, IMAGE, readers), signed(after, IMAGE, readers)
    yield from _subject(IMAGE, old, new)
    yield from _others(IMAGE, IMAGE, before, after)
    for name, one, other in pairs(before, after):
        mine, theirs = signed(before, one.platform, readers), signed(after, other.platform, readers)
        is_lost = mine.standing is Standing.VALID and new.standing is not Standing.VALID
        is_gained = theirs.standing is Standing.VALID and old.standing is not Standing.VALID
        if is_lost or (is_gained and mine.standing is not Standing.VALID):
            yield from _subject(name, mine, theirs)
        yield from _others(one.platform, other.platform, before, after)


def signed(report: Report, subject: str, readers: frozenset[str] = frozenset()) -> SubjectSignatures:
    """How the image, or one platform by itself, is signed."""
    found = [one for one in report.signatures if _signs(one) and _subject_of(one, report) == subject]
    valid = [one for one in found if one.state == "valid"]
    counting = [one for one in valid if not readers or one.layout in readers]
    if counting:
        signers = tuple(dict.fromkeys(one.identity or "a key" for one in counting))
        return SubjectSignatures(Standing.VALID, signers, tuple(sorted({one.layout for one in counting})))
    unsure = _unsure(report, [one for one in found if one.state == "unverifiable"])
    if unsure:
        return SubjectSignatures(Standing.UNKNOWN, reason=unsure)
    if any(one.state == "invalid" for one in found):
        return SubjectSignatures(Standing.REFUSED)
    return SubjectSignatures(Standing.NONE, unread_by=tuple(sorted({one.layout for one in valid})))


def _unsure(report: Report, unverifiable: list[SignatureSummary]) -> str:
    """Why the absence of a valid signature says nothing, "" when it does."""
    if unverifiable:
        return unverifiable[0].reason or "a signature could not be verified"
    answer = report.answer(Question.IS_SIGNED)
    if answer is not None and answer.is_awaited:
        return "signatures may still arrive"
    if report.search is None:
        return "the report does not say whether all places were searched for signatures"
    return "" if report.search.state == "complete" else report.search.reason


def _signs(one: SignatureSummary) -> bool:
    return not one.predicate_type or is_provenance_type(one.predicate_type)


def _subject_of(one: SignatureSummary, report: Report) -> str:
    if one.subject is not None:
        return one.subject
    if one.digest == report.digest:
        return IMAGE
    return next((platform.platform for platform in report.platforms if platform.digest == one.digest), "")


def _subject(subject: str, before: SubjectSignatures, after: SubjectSignatures) -> Iterator[ImageChange]:
    def change(kind: DifferenceKind, aspect: Aspect = Aspect.SIGNATURE, **more: str | bool) -> ImageChange:
        told = {"before": str(before), "after": str(after)} | more
        return ImageChange.model_validate({"kind": kind, "aspect": aspect, "subject": subject, **told})

    match before.standing, after.standing:
        case Standing.VALID, Standing.VALID:
            yield from _both(subject, before, after)
        case Standing.UNKNOWN, _:
            yield change(DifferenceKind.UNKNOWN, reason=before.reason, may_be_lost=after.standing is not Standing.VALID)
        case _, Standing.UNKNOWN:
            at_stake = before.standing is Standing.VALID
            yield change(DifferenceKind.UNKNOWN, reason=after.reason, may_be_lost=at_stake)
        case Standing.VALID, _:
            yield change(DifferenceKind.LOST)
        case _, Standing.VALID:
            yield change(DifferenceKind.GAINED)
        case _ if before.standing is not after.standing:
            yield change(DifferenceKind.CHANGED)


def _both(subject: str, before: SubjectSignatures, after: SubjectSignatures) -> Iterator[ImageChange]:
    """Signed before and after: whether by the same workflow, and in the same layouts."""
    old, new = _without_refs(before.signers), _without_refs(after.signers)
    if set(old) != set(new):
        yield ImageChange(
            kind=DifferenceKind.CHANGED,
            aspect=Aspect.SIGNER,
            subject=subject,
            before=", ".join(old),
            after=", ".join(new),
        )
    if before.layouts != after.layouts:
        yield ImageChange(
            kind=DifferenceKind.CHANGED,
            aspect=Aspect.LAYOUT,
            subject=subject,
            before=", ".join(before.layouts),
            after=", ".join(after.layouts),
        )


def _without_refs(signers: tuple[str, ...]) -> tuple[str, ...]:
    """A workflow's identity ends in the ref that it ran on, which differs from version to version."""
    return tuple(dict.fromkeys(map(builder_of, signers)))


def _others(subject: str, now: str, before: Report, after: Report) -> Iterator[ImageChange]:
    """Signed statements of other kinds: SBOMs, scans, test results."""
    old, new = _kinds(before, subject), _kinds(after, now)
    doubtful = {one.predicate_type for one in after.signatures if one.state == "unverifiable"}
    for kind in sorted(old - new):
        unsure = _unsure(after, []) or ("it could not be verified" if kind in doubtful else "")
        yield ImageChange(
            kind=DifferenceKind.UNKNOWN if unsure else DifferenceKind.LOST,
            aspect=Aspect.ATTESTATION,
            subject=subject,
            before=kind,
            reason=unsure,
            may_be_lost=bool(unsure),
        )
    for kind in sorted(new - old):
        unsure = _unsure(before, [])
        yield ImageChange(
            kind=DifferenceKind.UNKNOWN if unsure else DifferenceKind.GAINED,
            aspect=Aspect.ATTESTATION,
            subject=subject,
            after=kind,
            reason=unsure,
        )


def _kinds(report: Report, subject: str) -> set[str]:
    found = (one for one in report.signatures if one.state == "valid" and not _signs(one))
    return {one.predicate_type for one in found if _subject_of(one, report) == subject}
