"""How far the valid signatures of a report reach, in two or three words before the names of those who signed.

And how to speak of those that may still be on their way: nobody failed to look, and nothing is missing.
"""

from enum import StrEnum
from typing import Final

from bot.report import Report
from bot.rules import Outcome, Question

NOT_YET: Final = "no signature yet; the policy gives it time to arrive"


class Unsigned(StrEnum):
    """What is known about an image in which no signature was found."""

    NOBODY = "nobody"  # everything was searched
    AWAITED = "awaited"  # the push settles
    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"


def unsigned(report: Report) -> Unsigned:
    """Whether "no signature" means that nobody signed: the rule says so, not the empty list."""
    result = report.answer(Question.IS_SIGNED)
    match result.outcome if result else None:
        case Outcome.FAIL | Outcome.WAIVED:
            return Unsigned.NOBODY
        case Outcome.UNKNOWN:
            return Unsigned.AWAITED if result and result.is_awaited else Unsigned.UNKNOWN
        case _:
            return Unsigned.NOT_ASKED


def unanswered(report: Report, of: str = "") -> str:
    """How many rules nobody can answer now: `1 of 9 rules could not be checked, 2 wait for signatures`, or ""."""
    awaited = sum(result.is_awaited for result in report.unknown())
    unseen = len(report.unknown()) - awaited
    counts = [
        (unseen, "could not be checked"),
        (awaited, "waits for signatures" if awaited == 1 else "wait for signatures"),
    ]
    told = [f"{count} {what}" for count, what in counts if count]
    return ", ".join(told).replace(" ", f" of {of} ", 1) if of else ", ".join(told)


def how_signed(report: Report) -> str:
    """`signed by`, or less than that: one platform's signature is not the image's, and anybody can sign."""
    signed, expected = report.answer(Question.IS_SIGNED), report.answer(Question.IS_SIGNER_EXPECTED)
    if signed and signed.outcome in {Outcome.FAIL, Outcome.WAIVED, Outcome.UNKNOWN}:
        return "signed only in part, by"
    if expected and expected.outcome in {Outcome.FAIL, Outcome.WAIVED}:
        return "signed, but not by whom the policy names: by"
    return "signed by"
