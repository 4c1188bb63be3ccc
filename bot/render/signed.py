"""Words about signatures that all formats share: how far the valid ones reach, and which may still arrive."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from bot.attestations.head import is_provenance_type
from bot.report import Report, Result, SignatureSummary
from bot.report.difference.signed import Standing, signed
from bot.rules import IMAGE, Outcome, Question
from bot.unreadable import UnknownReason

NOT_YET: Final = "no signature when it was checked, within the policy's settle time"


class Unsigned(StrEnum):
    """What is known about an image in which no signature was found."""

    NOBODY = "nobody"  # every place was searched
    AWAITED = "awaited"  # it was checked within the settle time
    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"


_SEARCHED: Final = {"complete": Unsigned.NOBODY, "incomplete": Unsigned.UNKNOWN}


def of_image(report: Report) -> tuple[SignatureSummary, ...]:
    """The signatures that sign the image, whatever they are worth, as for the rules.

    A signed SBOM or test result that holds does not make the image signed; one that does not hold is still reported.
    """
    return tuple(
        one
        for one in report.signatures
        if not one.predicate_type or is_provenance_type(one.predicate_type) or one.state == "invalid"
    )


def unsigned(report: Report) -> Unsigned:
    """Whether the absence of signatures means "not signed".

    The outcome of the rule decides; where the policy does not ask for it, how far signatures were searched. Never the
    empty list.
    """
    result = report.answer(Question.IS_SIGNED)
    match result.outcome if result else None:
        case Outcome.FAIL | Outcome.WAIVED:
            return Unsigned.NOBODY
        case Outcome.UNKNOWN if not report.asks_nothing:
            return Unsigned.AWAITED if result and result.is_awaited else Unsigned.UNKNOWN
        case _:
            return _SEARCHED.get(report.search.state, Unsigned.NOT_ASKED) if report.search else Unsigned.NOT_ASKED


_BRIEFLY: Final = {
    Standing.VALID: "yes",
    Standing.REFUSED: "not valid",
    Standing.NONE: "no",
    Standing.UNKNOWN: "unknown",
}


def signed_briefly(report: Report, platform: str) -> str:
    """Whether a signature covers that platform: `yes`, `no`, `not yet`, `not valid`, `unknown` or `not asked`."""
    nobody = unsigned(report)
    found = [signed(report, IMAGE).standing, signed(report, platform).standing]
    if Standing.VALID not in found and not of_image(report):
        if nobody is Unsigned.AWAITED:
            return "not yet"
        if nobody is Unsigned.NOT_ASKED and report.search is None:
            return "not asked"
    order = (Standing.VALID, Standing.REFUSED, Standing.UNKNOWN, Standing.NONE)
    return _BRIEFLY[next(one for one in order if one in found)]


def unanswered(report: Report, of: str = "") -> str:
    """How many rules have no answer: `1 of 9 rules could not be checked, 2 wait for signatures`, or ""."""
    told = report.unknown_told()
    awaited = [result for result in told if result.is_awaited]
    unseen = len(told) - len(awaited)
    counts = [(unseen, "could not be checked"), (len(awaited), _awaited(awaited))]
    parts = [f"{count} {what}" for count, what in counts if count]
    return ", ".join(parts).replace(" ", f" of {of} ", 1) if of else ", ".join(parts)


def _awaited(results: Sequence[Result]) -> str:
    """Nobody looks again for what is only advised, so these words must stay true when the settle time is over."""
    if any(result.required for result in results):
        reasons = {finding.reason for result in results for finding in result.findings}
        what = "other images" if UnknownReason.AWAITING_MEMBER in reasons else "signatures"
        return f"{'waits' if len(results) == 1 else 'wait'} for {what}"
    return f"{'was' if len(results) == 1 else 'were'} checked within the settle time"


def how_signed(report: Report) -> str:
    """`signed by`, or a weaker phrase: only some platforms are signed, or the signer is not an expected one."""
    signed, expected = report.answer(Question.IS_SIGNED), report.answer(Question.IS_SIGNER_EXPECTED)
    if signed and signed.outcome in {Outcome.FAIL, Outcome.WAIVED, Outcome.UNKNOWN}:
        return "only partly signed, by"
    if expected and expected.outcome in {Outcome.FAIL, Outcome.WAIVED}:
        return "signed, but not by an identity that the policy accepts: by"
    return "signed by"
